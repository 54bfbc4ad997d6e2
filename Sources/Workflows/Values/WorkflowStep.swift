package import FoundationEssentials

/// One step of a workflow and how far it is.
package struct WorkflowStep: Codable, Sendable, Hashable {
  package enum State: String, Codable, Sendable, Hashable, CaseIterable {
    case pending, running, succeeded, failed
    /// Not needed any more, since the workflow ended before it.
    case skipped
    /// Done, or begun, and undone.
    case undone
  }

  /// For machines: "rentPod".
  package var name: String
  /// For people: "Rent a pod".
  package var title: String
  package var state: State
  /// What it said last, or why it failed; nil once it has succeeded.
  package var message: String?
  package var started: Date?
  package var finished: Date?

  package init(
    name: String,
    title: String,
    state: State = .pending,
    message: String? = nil,
    started: Date? = nil,
    finished: Date? = nil
  ) {
    self.name = name
    self.title = title
    self.state = state
    self.message = message
    self.started = started
    self.finished = finished
  }
}
