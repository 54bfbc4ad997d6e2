import FoundationEssentials
import JSON

/// The user's configuration file: one JSON object of settings. It is read, never run.
package enum ConfigurationFile {
  /// - Returns: Nothing when there is no such file.
  /// - Throws: `Failure(.configurationInvalid)` that names the file and what is wrong in it.
  package static func read(_ path: String) throws -> [Setting: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw SettingsObject.invalid(path, "it cannot be read")
    }
    let value: JSONValue
    do throws(JSONParseError) {
      value = try JSONValue(parsing: Array(bytes))
    } catch {
      throw SettingsObject.invalid(path, "not JSON at byte \(error.offset): \(error.message)")
    }
    return try SettingsObject.read(value, place: path)
  }
}
