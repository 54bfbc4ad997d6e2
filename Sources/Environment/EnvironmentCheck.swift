/// One thing that was looked at, and how it is.
package struct EnvironmentCheck: Codable, Sendable, Hashable {
  package enum State: String, Codable, Sendable, Hashable, CaseIterable {
    /// There and usable.
    case ok
    /// Not set; the default is used.
    case defaulted = "default"
    /// Not set, and nothing depends on it.
    case unset
    /// Usable, but some methods will not work.
    case warning
    /// Without it the service cannot do its work.
    case error
  }

  /// The variable, the tool or the place.
  package var name: String
  package var state: State
  package var message: String
  /// What to do about it.
  package var hint: String?

  package init(_ name: String, _ state: State, _ message: String, hint: String? = nil) {
    self.name = name
    self.state = state
    self.message = message
    self.hint = hint
  }
}
