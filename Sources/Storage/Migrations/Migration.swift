/// One change of the file's layout, recorded in the file by name when it has been made.
package struct Migration: Sendable {
  package let name: String
  let sql: String

  package init(_ name: String, _ sql: String) {
    self.name = name
    self.sql = sql
  }

  /// Every migration, oldest first. A released one is never edited, moved or removed: a change is a new one at the end.
  package static let all: [Migration] = [
    .pods, .workflows, .podLimits, .podHold, .workflowSubject, .podKeeper, .registrations, .installation, .accounts,
    .podClaim,
  ]
}
