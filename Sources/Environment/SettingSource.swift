/// Where a setting's value comes from, strongest first.
package enum SettingSource: String, Codable, Sendable, Hashable, CaseIterable {
  case flag, environment, initialize, file
  case defaultValue = "default"
  case unset
}
