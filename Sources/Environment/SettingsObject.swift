package import JSON
import Reporting

/// Settings as the members of a JSON object: the configuration file, or the options of `initialize`.
package enum SettingsObject {
  /// - Parameter place: What the object is, for the failure: a path, say.
  /// - Throws: `Failure(.configurationInvalid)` that names the member: one that is no setting, or no text.
  package static func read(_ value: JSONValue, place: String) throws -> [Setting: String] {
    guard let value = value.givenObject else { return [:] }
    guard let members = value.objectValue else { throw invalid(place, "it must be an object of settings") }
    var settings: [Setting: String] = [:]
    for (name, value) in members {
      guard let setting = Setting.named(name) else {
        let nearest = NearestName.to(name, among: Setting.all.flatMap { [$0.option, $0.variable] })
        throw invalid(place, "there is no setting \(name)\(nearest.map { "; did you mean \($0)?" } ?? "")")
      }
      if value.isNull { continue }
      let word = setting.isSwitch ? value.boolValue.map { $0 ? "yes" : "no" } : nil
      guard let text = value.stringValue ?? word else {
        throw invalid(place, "\(name) must be \(setting.isSwitch ? "true or false" : "a string")")
      }
      settings[setting] = text
    }
    return settings
  }

  static func invalid(_ place: String, _ reason: String) -> Failure {
    Failure(
      .configurationInvalid,
      "\(place) is not valid: \(reason.sentence)",
      hint: "Its members are: \(Setting.all.map(\.option).joined(separator: ", ")).",
      details: ["place": place]
    )
  }
}
