import Concurrency
import Reporting
import Subprocess

extension SSHConnections {
  /// Runs a command on a pod. Its ending badly is a result, not an error.
  ///
  /// Cancellation and time-out end the command's process group at the far end, and so does the end of this process.
  ///
  /// - Parameters:
  ///   - output: Gets what the command prints, as it comes; while it works, the command is held back.
  ///   - began: Called when a command that has a terminal runs.
  /// - Throws: `CancellationError`; `Failure` of the kind `timeout`, of `networkFailure` when the connection breaks
  ///   while the command runs, and of those of `connect`.
  package func exec(
    _ target: SSHTarget,
    _ request: ExecRequest,
    output: (@Sendable (ExecOutput) async -> Void)? = nil,
    began: @escaping @Sendable () -> Void = {}
  ) async throws -> ExecResult {
    let limit = request.captureLimit
    let tails = Locked((output: Tail(limit: limit), error: Tail(limit: limit)))
    defer { request.input?.close() }
    let code = try await withTimeLimit(request.timeout, what: "The command on pod \(target.podId)") {
      try await self.run(
        RemoteCall(request),
        on: target,
        output: { bytes in
          tails.withLock { $0.output.append(bytes) }
          await output?(ExecOutput(stream: .stdout, bytes: bytes))
        },
        error: { bytes in
          tails.withLock { $0.error.append(bytes) }
          await output?(ExecOutput(stream: .stderr, bytes: bytes))
        },
        began: began,
        feed: { writer in
          try await writer.write(request.stdin)
          try await request.input?.forEach { try await writer.write($0) }
        }
      )
    }
    let (kept, keptErrors) = tails.withLock { ($0.output, $0.error) }
    return ExecResult(
      exitCode: code,
      signal: code.flatMap(SignalNames.name),
      stdout: kept.bytes,
      stderr: keptErrors.bytes,
      truncated: kept.truncated || keptErrors.truncated
    )
  }

  /// Runs a command in a session of its own and returns its exit code.
  ///
  /// - Parameter feed: Writes what the command reads.
  func run(
    _ call: RemoteCall,
    on target: SSHTarget,
    output: @escaping RemoteCommand.Sink,
    error: @escaping RemoteCommand.Sink,
    began: @escaping @Sendable () -> Void = {},
    feed: @escaping @Sendable (PipeWriter) async throws -> Void = { _ in }
  ) async throws -> Int? {
    let header = try call.header()
    let (pool, lease, session) = try await open(target, call.window)
    call.window?.follow { size in
      session.resize(size)
      lease.master.windowChanged()
    }
    let guardian = lease.master.guardian
    let command = RemoteCommand(session: session, output: output, error: error)
    do {
      let outcome = try await command.run {
        try await session.input.write(header)
        switch call.input {
        case .bytes, .session: break
        case .guarded:
          await guardian.watch(try await command.began.wait())
          try await session.input.write(Array("\n".utf8))
        case .terminal:
          // Only now is it in the state in which programs expect it.
          _ = try await command.began.wait()
          began()
        }
        try await feed(session.input)
        switch call.input {
        case .bytes: break
        case .session, .guarded: session.input.close()
        // Ctrl-D ends a line that was begun, and then the input.
        case .terminal: try await session.input.write([4, 4])
        }
      }
      session.close()
      if call.input == .guarded, let group = command.began.value { await guardian.release(group) }
      await pool.release(lease)
      return try await check(outcome, call, target, lease.master)
    } catch {
      session.close()
      if [.guarded, .terminal].contains(call.input), let group = command.began.value { await guardian.end(group) }
      await pool.release(lease)
      throw error
    }
  }

  private func open(
    _ target: SSHTarget,
    _ window: TerminalWindow?
  ) async throws -> (MasterPool, MasterPool.Lease, MuxSession) {
    var lost = 0
    var refused = 0
    while true {
      let (pool, lease, _) = try await lease(.session, on: target, policy: .brief, progress: .silent)
      do {
        let session = try await MuxSession.open(
          path: lease.master.socketPath,
          command: RemoteShell.text,
          window: window
        )
        return (pool, lease, session)
      } catch MuxFault.refused(let reason) {
        if await pool.refused(lease) { continue }
        // The server still counts sessions of ours that have ended; they are cleared away within moments.
        refused += 1
        if refused <= 20 {
          try await Task.sleep(for: .milliseconds(20 * refused))
          continue
        }
        throw Failure(.sshUnreachable, "\(target.display) opens no session: \(reason).", retryable: false)
      } catch MuxFault.lost where lost < 2 {
        // The master died since it was chosen, or is about to. The command has not begun: another one may have it.
        lost += 1
        await lease.master.close()
        await pool.release(lease)
      } catch {
        await pool.release(lease)
        switch error {
        case MuxFault.lost: throw brokenOff(target, lease.master)
        case let error as SystemError: throw Failure(.busy, "No session to \(target.display): \(error.reason).")
        default: throw error
        }
      }
    }
  }

  private func check(
    _ outcome: RemoteCommand.Outcome,
    _ call: RemoteCall,
    _ target: SSHTarget,
    _ master: Master
  ) async throws -> Int? {
    if outcome.code == nil {
      guard outcome.began, await master.isAnswering() else { throw brokenOff(target, master) }
    }
    guard outcome.began else {
      let words = outcome.noise.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " ")
      if call.input == .terminal, outcome.code == RemoteShell.noTerminal {
        throw Failure(.sshUnreachable, "\(target.display) gives no terminal.", retryable: false)
      }
      if let folder = call.folder, outcome.code == RemoteShell.noFolder {
        throw Failure(.notFound, "The folder \(folder) cannot be entered: \(words)", details: ["path": folder])
      }
      throw Failure(
        .sshUnreachable,
        "The login shell at \(target.display) runs no commands\(words.isEmpty ? "." : ": \(words)")",
        hint: "Use the pod's public IP address and port; RunPod's SSH proxy only serves terminals.",
        retryable: false
      )
    }
    return outcome.code
  }

  private func brokenOff(_ target: SSHTarget, _ master: Master) -> Failure {
    let reason = master.lastComplaint.map { " (\($0))" } ?? ""
    return Failure(
      .networkFailure,
      "The connection to \(target.display) was lost while the command ran\(reason).",
      hint: "Whether the command did its work is not known; look before running it again.",
      retryable: false
    )
  }
}
