import Concurrency
import Subprocess

/// One side of a copy: a place where scripts of the shell run.
protocol CopySide: Sendable {
  /// Runs a script to its end.
  ///
  /// - Parameters:
  ///   - input: Writes what it reads, and returns at the end of that; nil: it reads nothing.
  ///   - output: Gets what it prints.
  /// - Returns: Its exit code, nil when it was not told, and the end of what it complained.
  /// - Throws: `CancellationError`, `Failure`, and what the closures throw.
  func run(
    _ script: String,
    input: (@Sendable (any ByteWriter) async throws -> Void)?,
    output: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> (code: Int?, words: String)
}

extension CopySide {
  /// Runs a script that reads nothing, and returns what it prints besides.
  func run(_ script: String) async throws -> (code: Int?, words: String, text: String) {
    let text = Locked(Tail(limit: 64 * 1024 * 1024))
    let (code, words) = try await run(script, input: nil, output: { bytes in text.withLock { $0.append(bytes) } })
    return (code, words, text.withLock { $0.text })
  }
}

/// This machine.
struct LocalSide: CopySide {
  func run(
    _ script: String,
    input: (@Sendable (any ByteWriter) async throws -> Void)?,
    output: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> (code: Int?, words: String) {
    let shell = try await ChildProcess.start(
      ChildCommand("sh", ["-c", script]),
      input: .widePipe,
      output: .widePipe
    )
    do {
      return try await withThrowingTaskGroup(of: (code: Int?, words: String)?.self) { group in
        group.addTask {
          try await feed(shell, input)
          return nil
        }
        group.addTask {
          async let complaint = shell.standardError.readAll(limit: 4000)
          while let bytes = try await shell.standardOutput.read() { try await output(bytes) }
          let words = String(decoding: try await complaint.bytes, as: UTF8.self)
          switch try await shell.waitForExit() {
          case .exited(let code): return (Int(code), words)
          case .signalled(let signal): return (128 + Int(signal), words)
          }
        }
        defer { group.cancelAll() }
        var end: (code: Int?, words: String)?
        // What feeds a script that failed need not come to its end.
        while end == nil || end?.code == 0, let part = try await group.next() { end = part ?? end }
        return end ?? (nil, "")
      }
    } catch {
      await shell.terminate(.immediate)
      throw error
    }
  }

  private func feed(_ shell: ChildProcess, _ input: (@Sendable (any ByteWriter) async throws -> Void)?) async throws {
    do {
      try await input?(shell.standardInput)
    } catch let error as SystemError where error.call == "write" {
      // Why it does not read is told by its exit code.
    }
    shell.standardInput.close()
  }
}

/// A pod.
struct PodSide: CopySide {
  let connections: SSHConnections
  let target: SSHTarget

  func run(
    _ script: String,
    input: (@Sendable (any ByteWriter) async throws -> Void)?,
    output: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> (code: Int?, words: String) {
    let words = Locked(Tail(limit: 4000))
    let code = try await connections.run(
      RemoteCall(command: script, input: input == nil ? .nothing : .session),
      on: target,
      output: output,
      error: { bytes in words.withLock { $0.append(bytes) } },
      feed: input ?? { _ in }
    )
    return (code, words.withLock { $0.text })
  }
}
