import Concurrency
package import Reporting

extension SSHConnections {
  /// Runs a command on many pods. Each succeeds or fails on its own.
  ///
  /// - Parameters:
  ///   - maxParallel: On how many pods at once.
  ///   - target: Where a pod's SSH server is, by the pod's id.
  ///   - progress: Tells how many pods are done.
  ///   - output: Gets what the commands print, as it comes; while it works, that pod's command is held back.
  /// - Returns: What became of each, in the order of `podIds`.
  /// - Throws: `CancellationError`; all commands have been ended then.
  package func execMany(
    _ podIds: [String],
    maxParallel: Int,
    target: @escaping @Sendable (String) async throws -> SSHTarget,
    _ request: ExecRequest,
    progress: Progress = .silent,
    output: (@Sendable (String, ExecOutput) async -> Void)? = nil
  ) async throws -> [Result<ExecResult, any Error>] {
    let done = Locked(0)
    return try await concurrentMap(podIds, limit: maxParallel) { podId in
      let result: Result<ExecResult, any Error>
      do {
        let found = try await self.exec(target(podId), request) { chunk in await output?(podId, chunk) }
        result = .success(found)
      } catch {
        // A pod's own error is its result; the end of all of them is ours.
        try Task.checkCancellation()
        result = .failure(error)
      }
      done.withLock { done in
        done += 1
        progress.report("\(done) of \(podIds.count) pods", fraction: Double(done) / Double(podIds.count))
      }
      return result
    }
  }
}
