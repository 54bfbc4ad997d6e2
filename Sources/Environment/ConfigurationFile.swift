import FoundationEssentials

/// The user's configuration file: one JSON object of settings. It is read, never run.
package enum ConfigurationFile {
  /// - Returns: Nothing when there is no such file.
  /// - Throws: `Failure(.configurationInvalid)` that names the file and what is wrong in it.
  package static func read(_ path: String) throws -> [Setting: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    return try SettingsObject.read(JSONFile.read(path), place: path)
  }
}
