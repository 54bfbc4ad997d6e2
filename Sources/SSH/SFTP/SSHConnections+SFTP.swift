import Concurrency
import Reporting
import Subprocess

extension SSHConnections {
  /// A server of files, and what it is reached through.
  private struct OpenSFTP: Sendable {
    let pool: MasterPool
    let lease: MasterPool.Lease
    let session: any Session
    let sftp: SFTPSession

    func close() async {
      session.close()
      await pool.release(lease)
    }
  }

  /// How long is waited for a server of files: its session may need a place that another session of the same copy has.
  private static let patience = Duration.seconds(30)

  /// Runs `body` with a session of the pod's server of files.
  ///
  /// - Returns: nil when the pod has none, or no session for it.
  /// - Throws: `CancellationError`; `Failure` of the kind `networkFailure` when the session breaks, and of those of
  ///   `connect`; what `body` throws.
  func withSFTP<Value: Sendable>(
    on target: SSHTarget,
    _ body: @Sendable (SFTPSession) async throws -> Value
  ) async throws -> Value? {
    // Kept where it is found whatever ends the wait: one that comes in its last moment must be closed.
    let opened = Locked<OpenSFTP?>(nil)
    let result: Result<Value?, any Error>
    do {
      _ = try await TimeSource.system.within(Self.patience) {
        let new = try await self.openSFTP(target)
        opened.withLock { $0 = new }
      }
      let sftp = opened.withLock { $0?.sftp }
      let value: Value? = if let sftp { try await body(sftp) } else { nil }
      result = .success(value)
    } catch {
      result = .failure(error)
    }
    let used = opened.withLock { $0 }
    await used?.close()
    if case .failure(is SFTPEnd) = result, let used { throw await brokenOff(target, used.lease.master) }
    return try result.get()
  }

  private func openSFTP(_ target: SSHTarget) async throws -> OpenSFTP? {
    let (pool, lease, _) = try await lease(.session, on: target, policy: .brief, progress: .silent)
    do {
      let session = try await lease.master.control.open(.sftp)
      // What is not read must not fill up.
      session.error.close()
      do {
        if let sftp = try await SFTPSession.begin(session) {
          return OpenSFTP(pool: pool, lease: lease, session: session, sftp: sftp)
        }
      } catch {
        session.close()
        throw error
      }
      session.close()
      await pool.release(lease)
    } catch ControlFault.refused {
      _ = await pool.refused(lease)
    } catch {
      await pool.release(lease)
      guard error is ControlFault || error is SystemError else { throw error }
    }
    return nil
  }
}
