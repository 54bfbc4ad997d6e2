import Concurrency
import FoundationEssentials
import Outside
package import Reporting
import Storage

extension WorkflowManager {
  private static let pageSize = 200

  /// Events in order, from the journal.
  ///
  /// - Parameters:
  ///   - cursor: The sequence number of the last event that is known; 0 to begin with the first.
  ///   - limit: How many at most, up to 1000.
  /// - Throws: `Failure(.notFound)`.
  package func events(_ id: String, after cursor: Int, limit: Int) async throws -> WorkflowEventPage {
    // Looked at first: if it is over by then, its last event is among those read next.
    let record = try await record(id)
    let limit = min(max(1, limit), Self.longestPage)
    let events = try await journal.store.events(id, after: cursor, limit: limit + 1).map { try WorkflowEvent($0) }
    let page = Array(events.prefix(limit))
    return WorkflowEventPage(
      events: page,
      nextCursor: page.last?.sequence ?? cursor,
      isComplete: record.state != WorkflowState.running.rawValue && events.count <= limit
    )
  }

  /// Gives every event after `cursor` to `sink`, in order and without gaps, as they come, until nobody is at work on the
  /// workflow any more. The next event waits for the sink.
  ///
  /// - Parameter cursor: The sequence number of the last event that is known; `Int.max`: no events are wanted.
  /// - Returns: The workflow in the end: any state but running.
  /// - Throws: `Failure(.notFound)`; what kept the end from being written; what `sink` throws; `CancellationError`, which
  ///   does not touch the workflow.
  @discardableResult
  package func follow(
    _ id: String,
    after cursor: Int,
    _ sink: @Sendable (WorkflowEvent) async throws -> Void
  ) async throws -> Workflow {
    var cursor = cursor
    return try await journal.bells.listening(to: id) { rings in
      keepPatrol()
      while true {
        try Task.checkCancellation()
        let record = try await record(id)
        let events = try await journal.store.events(id, after: cursor, limit: Self.pageSize)
        for event in events {
          try await sink(try WorkflowEvent(event))
          cursor = event.sequence
        }
        if !events.isEmpty { continue }
        guard record.state == WorkflowState.running.rawValue else { return try Workflow(record) }
        if !journal.isOwned(record) {
          try await journal.abandon(record)
          continue
        }
        if let failure = desk.runs.failure(of: id) { throw failure }
        guard await rings.next(isolation: #isolation) != nil else { throw CancellationError() }
      }
    }
  }

  /// Waits until nobody is at work on the workflow any more.
  ///
  /// - Parameter progress: Hears the newest event, and those that come.
  /// - Returns: The workflow: any state but running.
  /// - Throws: `Failure(.timeout)`, which does not touch the workflow, no more than `CancellationError` does; and what
  ///   `follow` throws.
  package func wait(_ id: String, timeout: Duration?, progress: Progress) async throws -> Workflow {
    try await wait(id, after: nil, timeout: timeout) { progress.report($0) }
  }

  /// The same for who wants the events themselves.
  ///
  /// - Parameter cursor: The sequence number of the last event that is known; nil: only the newest, and those that come.
  package func wait(
    _ id: String,
    after cursor: Int?,
    timeout: Duration?,
    _ sink: @escaping @Sendable (WorkflowEvent) async throws -> Void
  ) async throws -> Workflow {
    let newest = try await journal.store.lastSequence(id)
    let wait = { @Sendable in try await self.follow(id, after: cursor ?? max(newest, 1) - 1, sink) }
    guard let timeout else { return try await wait() }
    if let workflow = try await desk.time.within(timeout, wait) { return workflow }
    throw Failure(
      .timeout,
      "Workflow \(id) is still running after \(Int(limited: timeout.inSeconds)) s.",
      hint: "It goes on; wait for it again.",
      details: ["workflowId": id]
    )
  }
}
