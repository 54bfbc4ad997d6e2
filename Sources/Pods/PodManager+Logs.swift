import Concurrency
import Reporting
package import RunPodAPI

extension PodManager {
  /// The most lines that are kept of a log that is followed, and that wait for a slow reader.
  private static let longest = 10_000
  /// A log has no end: what is there has come when nothing has come for so many of these, or for so many at first.
  private static let tick = Duration.milliseconds(250)
  private static let ticks = (afterLine: 4, atFirst: 20)
  private static let lastWordsLimit = Duration.seconds(10)
  private static let backoff = Backoff(first: .seconds(1), limit: .seconds(30))

  /// What a pod has said, secrets masked: its container, and its host about it.
  ///
  /// - Parameters:
  ///   - source: Only what this one has said; nil: both.
  ///   - lines: How many of the last ones, up to 5000.
  ///   - follow: Goes on with what it says from now on, for this long, over broken connections; nil: does not.
  ///   - output: Gets the lines as they come. Behind a slow one the oldest of more than 10,000 are lost.
  /// - Returns: The lines that were there, or all of them up to the end of following, the last 10,000 at most.
  /// - Throws: `Failure(.configurationInvalid)` when RunPod's API in use has no logs; `Failure(.notFound)` when there is
  ///   no such pod.
  package func logs(
    _ id: String,
    source: PodLogLine.Source? = nil,
    lines: Int = 100,
    follow: Duration? = nil,
    output: @escaping @Sendable ([PodLogLine]) async -> Void = { _ in }
  ) async throws -> [PodLogLine] {
    let past = PodLog(source: source, limit: lines)
    // RunPod counts the lines of both.
    try await read(id, from: .last(source == nil ? lines : .max), into: past, atMost: source == nil ? lines : .max)
    await output(past.lines)
    guard let follow else { return past.lines }
    let log = PodLog(source: source, limit: Self.longest)
    for line in past.lines { log.take(line) }
    _ = try await time.within(follow) { [self] in try await self.follow(id, from: past.rest, into: log, output) }
    return log.lines
  }

  /// A failure of a wait with what the pod's host said last: nothing else tells why an image is not pulled or started.
  func explained(_ failure: Failure, of id: String) async -> Failure {
    guard failure.details["stage"] != nil else { return failure }
    let lines = try? await time.within(Self.lastWordsLimit) { [self] in
      try await logs(id, source: .system, lines: 3).map(\.text)
    }
    guard let words = lines, !words.isEmpty else { return failure }
    var failure = failure
    failure.message += " Its host said last: \(words.joined(separator: " | "))"
    failure.details["log"] = words.joined(separator: "\n")
    return failure
  }

  /// Reads what is there.
  private func read(_ id: String, from start: PodLogStart, into log: PodLog, atMost limit: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [provider] in try await provider.logs(id: id, from: start) { log.take($0) } }
      group.addTask { [time] in
        var seen = 0
        var still = 0
        while seen < limit, still < (seen == 0 ? Self.ticks.atFirst : Self.ticks.afterLine) {
          try await time.sleep(Self.tick)
          still = log.count == seen ? still + 1 : 0
          seen = log.count
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Returns when there is nothing more to come.
  private func follow(
    _ id: String,
    from start: PodLogStart,
    into log: PodLog,
    _ output: @escaping @Sendable ([PodLogLine]) async -> Void
  ) async throws {
    let (lines, feed) = AsyncStream.makeStream(of: PodLogLine.self, bufferingPolicy: .bufferingNewest(Self.longest))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        defer { feed.finish() }
        try await stream(id, from: start, log) { feed.yield($0) }
      }
      for await line in lines { await output([line]) }
      try await group.waitForAll()
    }
  }

  /// Keeps the stream up until the pod is gone.
  private func stream(
    _ id: String,
    from start: PodLogStart,
    _ log: PodLog,
    _ feed: @escaping @Sendable (PodLogLine) -> Void
  ) async throws {
    var start = start
    var failures = 0
    while true {
      let before = log.count
      do {
        try await provider.logs(id: id, from: start) { line in log.take(line).map(feed) }
      } catch let failure as Failure where failure.kind == .notFound {
        return
      } catch let failure as Failure where !failure.isFinal && failure.retryable {
        // The stream broke.
      }
      if log.count > before { start = log.rest }
      failures = log.count > before ? 1 : failures + 1
      try await time.sleep(Self.backoff.delay(afterAttempt: failures))
    }
  }
}
