/// What becomes of workflows whose server has died or closed.
package enum RecoveryMode: String, Codable, Sendable, Hashable, CaseIterable {
  /// They go on where they were.
  case resume
  /// What they did is undone. What cannot be undone, a teardown, goes on.
  case undo
  /// They stay `interrupted` until someone resumes or cancels them.
  case ask
}
