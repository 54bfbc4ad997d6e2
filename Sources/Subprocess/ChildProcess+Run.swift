package import Concurrency
import Glibc
import Reporting

extension ChildProcess {
  /// Runs `command` to its end. Cancelled or out of time, it ends the child's whole process group first.
  ///
  /// - Parameters:
  ///   - input: All of the child's standard input; empty: `/dev/null`.
  ///   - outputLimit: Bytes kept of each output stream, from its beginning; the rest is read and dropped.
  ///   - timeout: nil: none.
  ///   - teardown: How it is ended when it must be.
  /// - Throws: `CancellationError`; `Failure` of the kinds `environmentIncomplete`, `busy` and `timeout`.
  package static func run(
    _ command: ChildCommand,
    input: [UInt8] = [],
    outputLimit: Int = 1024 * 1024,
    timeout: Duration? = nil,
    teardown: [TeardownStep] = .standard
  ) async throws -> ChildResult {
    let child = try await start(command, input: input.isEmpty ? .null : .pipe)
    do {
      return try await withTimeLimit(timeout, what: command.executable) {
        try await child.finish(input: input, outputLimit: outputLimit)
      }
    } catch {
      await child.terminate(teardown)
      throw error
    }
  }

  private func finish(input: [UInt8], outputLimit: Int) async throws -> ChildResult {
    async let fed: Void = feed(input)
    async let output = standardOutput.readAll(limit: outputLimit)
    async let error = standardError.readAll(limit: outputLimit)
    let exit = try await waitForExit()
    standardInput.close()
    standardOutput.endWhenEmpty()
    standardError.endWhenEmpty()
    try await fed
    let (kept, keptErrors) = try await (output, error)
    return ChildResult(
      exit: exit,
      standardOutput: kept.bytes,
      standardError: keptErrors.bytes,
      truncated: kept.truncated || keptErrors.truncated
    )
  }

  private func feed(_ input: [UInt8]) async throws {
    defer { standardInput.close() }
    do {
      try await standardInput.write(input)
    } catch let error as SystemError where [EPIPE, EBADF].contains(error.code) {
      // A child need not read what it is given.
    }
  }
}

/// Runs `body` and cancels it when it takes longer than `limit`.
///
/// - Parameter what: The subject of the failure's message.
/// - Throws: `Failure` of the kind `timeout`, or what `body` throws.
package func withTimeLimit<Value: Sendable>(
  _ limit: Duration?,
  what: String,
  time: TimeSource = .system,
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  guard let limit else { return try await body() }
  return try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await time.sleep(limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else {
      throw Failure(.timeout, "\(what) did not end within \(limit.components.seconds) seconds.")
    }
    return value
  }
}
