import Concurrency
import Reporting

extension RunnerManager {
  private static let limit = 10_000

  /// What a runner has said, secrets masked.
  ///
  /// - Parameters:
  ///   - lines: How many of the last ones.
  ///   - follow: Goes on with what it says from now on, for this long; nil: does not.
  ///   - output: Gets the lines as they come, some at a time.
  /// - Returns: The lines that were there, or all of them up to the end of following, the last 10,000 at most.
  /// - Throws: `Failure(.notFound)` when there is no runner.
  package func logs(
    podId: String,
    name: String? = nil,
    workDirectory: String? = nil,
    source: RunnerLogSource = .console,
    lines: Int = 100,
    follow: Duration? = nil,
    output: @escaping @Sendable ([String]) -> Void = { _ in }
  ) async throws -> RunnerLog {
    let place = RunnerPlace(podId: podId, name: name, workDirectory: workDirectory)
    let parameters = ["source": source.rawValue, "lines": "\(lines)", "follow": follow == nil ? "" : "yes"]
    let kept = Locked<[String]>([])
    let keep = { @Sendable (lines: [String]) in
      kept.withLock { kept in
        kept += lines
        if kept.count > Self.limit { kept.removeFirst(kept.count - Self.limit) }
      }
      output(lines)
    }
    do {
      _ = try await run(.logs, at: place, parameters, timeout: follow, log: keep)
    } catch let failure as Failure where failure.kind == .timeout && follow != nil {
      // Time is up.
    }
    return RunnerLog(lines: kept.withLock { $0 })
  }
}
