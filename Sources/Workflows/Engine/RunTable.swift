import Concurrency
import Outside
import Reporting

/// A run, whatever its workflow is.
protocol AnyRun: Sendable {
  var id: String { get }
  var stopSign: StopSign { get }

  /// USD by now, as far as known.
  func cost() async -> Double?

  /// - Returns: What kept its end from being written.
  func run() async -> Failure?
}

/// The workflows that this server is at work on.
final class RunTable: Sendable {
  private struct State {
    var runs: [String: (run: any AnyRun, task: Task<Void, Never>)] = [:]
    var reserved: Set<String> = []
    var failures: [String: Failure] = [:]
    var isClosing = false
  }

  private let state = Locked(State())

  var isEmpty: Bool { state.withLock { $0.runs.isEmpty && $0.reserved.isEmpty } }

  var isClosing: Bool { state.withLock { $0.isClosing } }

  /// Whether `id` is being worked on here, or about to be.
  func holds(_ id: String) -> Bool { state.withLock { $0.runs[id] != nil || $0.reserved.contains(id) } }

  /// What kept the end of `id` from being written.
  func failure(of id: String) -> Failure? { state.withLock { $0.failures[id] } }

  /// USD by now for those parts of `id` that are being worked on.
  func costOfParts(of id: String) async -> Double {
    let parts = state.withLock { $0.runs.values.map(\.run).filter { $0.id.bytes.hasPrefix("\(id).") } }
    var sum = 0.0
    for part in parts { sum += await part.cost() ?? 0 }
    return sum
  }

  /// Keeps others here from starting `id` while it is being entered in the journal.
  func reserving<Result>(_ id: String, _ body: () async throws -> Result) async rethrows -> Result {
    state.withLock { _ = $0.reserved.insert(id) }
    defer { state.withLock { _ = $0.reserved.remove(id) } }
    return try await body()
  }

  /// Sets a run going, in a task that this table owns.
  ///
  /// - Returns: The task; it ends with the run.
  @discardableResult
  func launch(_ run: any AnyRun, onEnd: @escaping @Sendable (String) -> Void) -> Task<Void, Never> {
    state.withLock { state in
      if state.isClosing { run.stopSign.raise(.close) }
      let task = Task { [self] in
        let failure = await run.run()
        end(run.id, failure)
        onEnd(run.id)
      }
      state.runs[run.id] = (run, task)
      state.failures[run.id] = nil
      return task
    }
  }

  private func end(_ id: String, _ failure: Failure?) {
    state.withLock { state in
      state.runs[id] = nil
      state.failures[id] = failure
    }
  }

  /// Tells runs to stop; those that are not here are nobody's business.
  func stop(_ reason: StopSign.Reason, where condition: (String) -> Bool) {
    for run in state.withLock({ $0.runs.values.map(\.run) }) where condition(run.id) { run.stopSign.raise(reason) }
  }

  /// Has every run left in the journal at its next safe point, and waits for it.
  func close() async {
    state.withLock { $0.isClosing = true }
    stop(.close) { _ in true }
    while let task = state.withLock({ $0.runs.values.first?.task }) { await task.value }
  }
}
