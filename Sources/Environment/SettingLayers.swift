/// What each source says about the settings, before they are weighed against each other.
package struct SettingLayers: Sendable {
  package var flags: [Setting: String] = [:]
  package var environment: [String: String]
  package var initialize: [Setting: String] = [:]
  package var file: [Setting: String] = [:]

  package init(environment: [String: String]) { self.environment = environment }

  /// The value of a setting: flags before environment before `initialize` before the file before the default. An empty
  /// variable is one that is not set.
  package func value(of setting: Setting) -> (text: String?, source: SettingSource) {
    let candidates: [(String?, SettingSource)] = [
      (flags[setting], .flag), (environment[setting.variable], .environment), (initialize[setting], .initialize),
      (file[setting], .file), (setting.defaultValue, .defaultValue),
    ]
    for (text, source) in candidates {
      if let text, !text.isEmpty { return (text, source) }
    }
    return (nil, .unset)
  }
}
