package import FoundationEssentials
package import Reporting

/// One thing that happened in a workflow.
package struct WorkflowEvent: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// The workflow is in the journal.
    case started
    /// A step took another state.
    case step
    /// How far a step is.
    case progress
    /// A member of a fleet took another state.
    case member
    /// Something did not go as it should, and the workflow goes on.
    case warning
    /// What was done is now undone.
    case undoing
    /// The server that ran it closed or died.
    case interrupted
    /// A server has taken it up again.
    case resumed
    /// It has ended, in `state`. Nothing follows, unless the fleet that it belongs to is undone.
    case finished
  }

  /// 1, 2, 3, … within its workflow, without gaps.
  package var sequence: Int
  package var time: Date
  package var type: Kind
  /// For people.
  package var message: String?
  /// How much of the whole is done, 0...1; never falls.
  package var fraction: Double?
  /// The name of the step that it is about.
  package var step: String?
  /// Of the step, the member or the workflow that it is about.
  package var state: String?
  /// The workflow of the member that it is about.
  package var workflowId: String?
  /// USD for the pods that it has rented, by now.
  package var costSoFar: Double?

  package init(
    sequence: Int = 0,
    time: Date = .distantPast,
    type: Kind,
    message: String? = nil,
    fraction: Double? = nil,
    step: String? = nil,
    state: String? = nil,
    workflowId: String? = nil,
    costSoFar: Double? = nil
  ) {
    self.sequence = sequence
    self.time = time
    self.type = type
    self.message = message
    self.fraction = fraction
    self.step = step
    self.state = state
    self.workflowId = workflowId
    self.costSoFar = costSoFar
  }
}

extension Progress {
  /// What an event says, if it says anything; that a step has begun is a milestone.
  package func report(_ event: WorkflowEvent) {
    guard let message = event.message else { return }
    let beginsStep = event.type == .step && event.state == WorkflowStep.State.running.rawValue
    report(message, fraction: event.fraction, isMilestone: beginsStep)
  }
}

/// Some of the events of a workflow, in order.
package struct WorkflowEventPage: Codable, Sendable, Hashable {
  package var events: [WorkflowEvent]
  /// Give it to the next `events` to go on; the sequence number of the last event so far when there was none.
  package var nextCursor: Int
  /// Whether these are its last events and nobody is at work on it.
  package var isComplete: Bool

  package init(events: [WorkflowEvent], nextCursor: Int, isComplete: Bool) {
    self.events = events
    self.nextCursor = nextCursor
    self.isComplete = isComplete
  }
}
