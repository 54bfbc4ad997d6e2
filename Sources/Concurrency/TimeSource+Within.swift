extension TimeSource {
  /// Runs `body` for at most `limit`.
  ///
  /// - Returns: What `body` returned, nil when its time was up; it has ended, cancelled, by then.
  package func within<Result: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body() }
      group.addTask { [sleep] in
        try await sleep(limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
