import Outside
package import Reporting
package import Values

/// Every setting's effective value and where it comes from.
package struct Settings: Sendable {
  /// One effective value.
  package struct Value: Sendable {
    package let setting: Setting
    /// nil when nobody says anything and there is no default.
    package let text: String?
    package let source: SettingSource

    /// Whether it holds a secret where none belongs.
    package var isMisplacedSecret: Bool {
      !setting.isSecret && source != .defaultValue && text.map(MisplacedSecret.isLikely) == true
    }

    /// The value for people, covered where it is or may be a secret.
    package var shown: String? {
      text.map { setting.isSecret || isMisplacedSecret ? Scrubber.mask : $0 }
    }
  }

  /// In the order of `Setting.all`.
  package let values: [Value]
  package let places: Places

  package init(_ layers: SettingLayers) {
    values = Setting.all.map { setting in
      let (text, source) = layers.value(of: setting)
      return Value(setting: setting, text: text, source: source)
    }
    places = Places(environment: layers.environment)
  }

  package subscript(setting: Setting) -> String? { values.first { $0.setting == setting }?.text }

  /// - Throws: `Failure(.environmentIncomplete)` that names the setting and says how to get it.
  package func required(_ setting: Setting) throws -> String {
    if let text = self[setting] { return text }
    throw Failure(
      .environmentIncomplete,
      "\(setting.variable) is not set.",
      hint: setting.advice ?? "Set \(setting.variable).",
      details: ["variable": setting.variable]
    )
  }

  /// - Throws: `Failure(.environmentIncomplete)` that names the setting and says how to get it.
  package func secret(_ setting: Setting) throws -> Secret { Secret(try required(setting)) }

  /// - Throws: `Failure(.configurationInvalid)` for a limit that is no number.
  package func maxCostPerHour() throws -> Double? {
    guard let text = self[.maxCostPerHour] else { return nil }
    if let limit = Double(text), limit >= 0 { return limit }
    throw Failure(
      .configurationInvalid,
      "MAX_COST_PER_HOUR is \(text), which is no amount.",
      hint: "Set it to USD: 2.5."
    )
  }

  /// Seconds that a job may go on beyond the default day of a runner's pod.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a time that is no number of seconds up to a week.
  package func jobGrace() throws -> Double {
    let text = try required(.jobGrace)
    if let seconds = Double(text), 0...604_800 ~= seconds { return seconds }
    throw Failure(
      .configurationInvalid,
      "JOB_GRACE_SECONDS is \(text.visible), which is no time of up to a week (604800).",
      hint: "Set it to seconds: 3600."
    )
  }

  /// - Throws: `Failure(.environmentIncomplete)` for a secret in a setting that is not for one. It is not repeated.
  package func check() throws {
    guard let setting = values.first(where: \.isMisplacedSecret)?.setting else { return }
    throw Failure(
      .environmentIncomplete,
      "\(setting.variable) holds what looks like a key or a token, which does not belong there.",
      hint: setting.misplacedSecretAdvice,
      details: ["variable": setting.variable]
    )
  }

  /// - Throws: `Failure(.configurationInvalid)` for a name that nobody can have.
  package func loginName() throws -> LoginName {
    let text = try required(.sshUsername)
    if let name = LoginName(rawValue: text) { return name }
    throw Failure(
      .configurationInvalid,
      "SSH_USERNAME is \(text.visible), which is not \(LoginName.noun).",
      hint: "Pods mostly know root."
    )
  }

  /// Whether a setting that is yes or no is yes.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for another word.
  package func isOn(_ setting: Setting) throws -> Bool {
    switch self[setting]?.bytes.lowercased {
    case "yes", "true", "1": return true
    case "no", "false", "0", nil: return false
    case let word?:
      throw Failure(
        .configurationInvalid,
        "Invalid value for \(setting.variable): \"\(word.visible)\".",
        hint: "Use yes or no.",
        details: ["variable": setting.variable]
      )
    }
  }

  package var sshKeyPath: String? { self[.sshKeyPath].map { places.expanded($0) } }
  package var podsStateFile: String? { self[.podsStateFile].map { places.expanded($0) } }
  package var usesOwnSSHConfig: Bool { self[.sshUserConfig] == "yes" }
}
