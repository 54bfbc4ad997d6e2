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
    feed: @escaping @Sendable (any ByteWriter) async throws -> Void = { _ in }
  ) async throws -> Int? {
    let header = try call.header()
    var attempt = 1
    while true {
      let (outcome, master, isSpare) =
        try await runOnce(call, header, on: target, output, error, began: began, feed: feed)
      let isLost = outcome.code == nil && !outcome.began && outcome.noise.isEmpty
      // The shell that waited was ended, or gave up since it would be started otherwise now.
      let hasAnswered = outcome.began || outcome.isWaiting || outcome.code == RemoteShell.noFolder
      let isStale = isSpare && !hasAnswered
      let maySucceed = outcome.wasRefused || isStale || isLost && master.maySkipCommands
      guard maySucceed, attempt < 20, await master.isAnswering() else {
        return try await check(outcome, call, target, master)
      }
      if outcome.wasRefused { try await Task.sleep(for: .milliseconds(20 * attempt)) }
      attempt += 1
    }
  }

  private func runOnce(
    _ call: RemoteCall,
    _ header: [UInt8],
    on target: SSHTarget,
    _ output: @escaping RemoteCommand.Sink,
    _ error: @escaping RemoteCommand.Sink,
    began: @escaping @Sendable () -> Void,
    feed: @escaping @Sendable (any ByteWriter) async throws -> Void
  ) async throws -> (RemoteCommand.Outcome, Master, isSpare: Bool) {
    let (pool, lease, session, isSpare) = try await open(target, for: call)
    let endToken = call.input == .nothing ? lease.master.newEndToken() : nil
    call.window?.follow { size in
      session.resize(size)
      lease.master.windowChanged()
    }
    let guardian = lease.master.guardian
    let command = RemoteCommand(session: session, endToken: endToken, output: output, error: error)
    do {
      let outcome = try await command.run {
        try await session.input.write(header + RemoteCall.lastLine(endToken: endToken))
        switch call.input {
        case .nothing, .bytes: break
        case .session: _ = try await command.began.wait()
        case .guarded:
          await guardian.watch(try await command.began.wait())
          try await session.input.write(Array("\n".utf8))
        case .terminal:
          // Only now is it in the state in which programs expect it.
          guard try await command.began.wait() > 0 else { throw self.noCommands(target) }
          began()
        }
        try await feed(session.input)
        switch call.input {
        case .nothing, .bytes: break
        case .session, .guarded: session.input.close()
        // Ctrl-D ends a line that was begun, and then the input.
        case .terminal: try await session.input.write([4, 4])
        }
      }
      if !outcome.isWaiting { session.close() }
      if call.input == .guarded, let group = command.began.value { await guardian.release(group) }
      if outcome.wasRefused {
        _ = await pool.refused(lease)
      } else {
        await lease.master.prepareSession(outcome.isWaiting ? session : nil)
        await pool.release(lease)
      }
      return (outcome, lease.master, isSpare)
    } catch {
      session.close()
      if [.guarded, .terminal].contains(call.input), let group = command.began.value, group > 0 {
        await guardian.end(group)
      }
      await pool.release(lease)
      throw error
    }
  }

  private func open(
    _ target: SSHTarget,
    for call: RemoteCall
  ) async throws -> (MasterPool, MasterPool.Lease, any Session, isSpare: Bool) {
    var lost = 0
    var refused = 0
    while true {
      let (pool, lease, _) = try await lease(.session, on: target, policy: .brief, progress: .silent)
      do {
        let (session, isSpare) = try await lease.master.open(for: call)
        return (pool, lease, session, isSpare)
      } catch ControlFault.refused(let reason) {
        if await pool.refused(lease) { continue }
        // The server still counts sessions of ours that have ended; they are cleared away within moments.
        refused += 1
        if refused <= 20 {
          try await Task.sleep(for: .milliseconds(20 * refused))
          continue
        }
        throw Failure(
          .sshUnreachable,
          "\(target.display) opens no session: \(reason).",
          hint: "Its SSH server allows too few (MaxSessions), or the pod is out of memory or processes.",
          retryable: false,
          details: ["reason": "noSession"]
        )
      } catch ControlFault.lost where lost < 2 {
        // The master died since it was chosen, or is about to. The command has not begun: another one may have it.
        lost += 1
        await lease.master.close()
        await pool.release(lease)
      } catch {
        await pool.release(lease)
        switch error {
        case ControlFault.lost: throw await brokenOff(target, lease.master)
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
      guard outcome.began, await master.isAnswering() else { throw await brokenOff(target, master) }
    }
    guard outcome.began else {
      // A terminal shows what we write, too, and that is nobody's business.
      let lines = outcome.noise.split(whereSeparator: \.isNewline).suffix(call.input == .terminal ? 1 : 3)
      let words = lines.joined(separator: " ")
      if call.input == .terminal, outcome.code == RemoteShell.noTerminal {
        throw Failure(
          .sshUnreachable,
          "\(target.display) gives no terminal.",
          hint: "Run the command without one.",
          retryable: false,
          details: ["reason": "noTerminal"]
        )
      }
      if let folder = call.folder, outcome.code == RemoteShell.noFolder {
        throw Failure(.notFound, "The folder \(folder) cannot be entered: \(words)", details: ["path": folder])
      }
      throw noCommands(target, words: call.input == .terminal ? "" : words)
    }
    return outcome.code
  }

  private nonisolated func noCommands(_ target: SSHTarget, words: String = "") -> Failure {
    Failure(
      .sshUnreachable,
      "The login shell at \(target.display) runs no commands\(words.isEmpty ? "." : ": \(words)")",
      hint: "Use the pod's public IP address and port; RunPod's SSH proxy only serves people at a terminal.",
      retryable: false,
      details: ["reason": "noCommands"]
    )
  }

  func brokenOff(_ target: SSHTarget, _ master: Master) async -> Failure {
    let reason = master.lastComplaint.map { " (\($0))" } ?? ""
    let unknown = "Whether the command did its work is not known; look before running it again."
    if await master.wasKilled() {
      return Failure(
        .networkFailure,
        "The SSH client that held the connection to \(target.display) was killed while the command ran.",
        hint: "Somebody here ended it, or this machine is out of memory. \(unknown)",
        retryable: false,
        details: ["reason": "clientKilled"]
      )
    }
    return Failure(
      .networkFailure,
      "The connection to \(target.display) was lost while the command ran\(reason).",
      hint: unknown,
      retryable: false,
      details: ["reason": "connectionLost"]
    )
  }
}
