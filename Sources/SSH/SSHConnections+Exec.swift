import Concurrency
import Reporting
import Subprocess

extension SSHConnections {
  /// Runs a command on a pod. Its ending badly is a result, not an error.
  ///
  /// Cancellation and time-out end the command's process group at the far end, and so does the end of this process.
  ///
  /// - Parameter output: Gets what the command prints, as it comes; while it works, the command is held back.
  /// - Throws: `CancellationError`; `Failure` of the kind `timeout`, of `networkFailure` when the connection breaks
  ///   while the command runs, and of those of `connect`.
  package func exec(
    _ target: SSHTarget,
    _ request: ExecRequest,
    output: (@Sendable (ExecOutput) async -> Void)? = nil
  ) async throws -> ExecResult {
    let input = RemoteShell.Input.bytes(request.stdin)
    let header = try RemoteShell.header(command: request.command, environment: request.environment, input: input)
    let limit = request.captureLimit
    let tails = Locked((output: Tail(limit: limit), error: Tail(limit: limit)))
    let code = try await withTimeLimit(request.timeout, what: "The command on pod \(target.podId)") {
      try await self.run(
        on: target,
        stdinCount: request.stdin.count,
        output: { bytes in
          tails.withLock { $0.output.append(bytes) }
          await output?(ExecOutput(stream: .stdout, bytes: bytes))
        },
        error: { bytes in
          tails.withLock { $0.error.append(bytes) }
          await output?(ExecOutput(stream: .stderr, bytes: bytes))
        },
        feed: { writer in
          try await writer.write(header)
          try await writer.write(request.stdin)
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

  /// Runs what `feed` sends, header first, in a session of its own and returns its exit code.
  ///
  /// - Parameter stdinCount: Bytes after the header that the far end may leave unread.
  func run(
    on target: SSHTarget,
    stdinCount: Int = 0,
    output: @escaping RemoteCommand.Sink,
    error: @escaping RemoteCommand.Sink,
    feed: @escaping @Sendable (PipeWriter) async throws -> Void
  ) async throws -> Int? {
    let (pool, lease, session) = try await open(target)
    let command = RemoteCommand(session: session, output: output, error: error)
    do {
      let outcome = try await command.run(feed: feed)
      session.close()
      await pool.release(lease)
      return try check(outcome, target, lease.master)
    } catch {
      session.close()
      // A command that leaves a pipeful of its input unread keeps the far end from seeing that the input has ended.
      if stdinCount >= 64 * 1024, let group = command.group { await kill(group, on: lease.master) }
      await pool.release(lease)
      throw error
    }
  }

  private func open(_ target: SSHTarget) async throws -> (MasterPool, MasterPool.Lease, MuxSession) {
    var lost = 0
    var refused = 0
    while true {
      let (pool, lease, _) = try await lease(target, policy: .brief, progress: .silent)
      do {
        let session = try await MuxSession.open(path: lease.master.socketPath, command: RemoteShell.text)
        return (pool, lease, session)
      } catch MuxSession.Fault.refused(let reason) {
        if await pool.refused(lease) { continue }
        // The server still counts sessions of ours that have ended; they are cleared away within moments.
        refused += 1
        if refused <= 20 {
          try await Task.sleep(for: .milliseconds(20 * refused))
          continue
        }
        throw Failure(.sshUnreachable, "\(target.display) opens no session: \(reason).", retryable: false)
      } catch MuxSession.Fault.lost where lost < 2 {
        // The master died since it was chosen, or is about to. The command has not begun: another one may have it.
        lost += 1
        await lease.master.close()
        await pool.release(lease)
      } catch {
        await pool.release(lease)
        switch error {
        case MuxSession.Fault.lost: throw brokenOff(target, lease.master)
        case let error as SystemError: throw Failure(.busy, "No session to \(target.display): \(error.reason).")
        default: throw error
        }
      }
    }
  }

  private func check(_ outcome: RemoteCommand.Outcome, _ target: SSHTarget, _ master: Master) throws -> Int? {
    if outcome.code == nil && (!outcome.began || !master.isAlive) { throw brokenOff(target, master) }
    guard outcome.began else {
      let words = outcome.noise.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " ")
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

  private func kill(_ group: Int, on master: Master) async {
    let command = "(kill -TERM -\(group); sleep 2; kill -KILL -\(group)) >/dev/null 2>&1 &"
    // A task of its own is not cancelled along with the caller's.
    await Task {
      _ = try? await withTimeLimit(.seconds(5), what: "kill") {
        let header = try RemoteShell.header(command: command, environment: [:], input: .bytes([]))
        let session = try await MuxSession.open(path: master.socketPath, command: RemoteShell.text)
        defer { session.close() }
        _ = try await RemoteCommand(session: session, output: { _ in }, error: { _ in }).run { writer in
          try await writer.write(header)
        }
      }
    }.value
  }
}
