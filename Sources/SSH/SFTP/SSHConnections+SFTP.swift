import Concurrency
import Reporting
import Subprocess

extension SSHConnections {
  /// How long is waited for a server of files: its session may need a place that another session of the same copy has.
  private static let patience = Duration.seconds(10)

  /// Runs `body` with a session of the pod's server of files.
  ///
  /// - Returns: nil when the pod has none, or no session for it.
  /// - Throws: `CancellationError`; `Failure` of the kind `networkFailure` when the session breaks, and of those of
  ///   `connect`; what `body` throws.
  func withSFTP<Value: Sendable>(
    on target: SSHTarget,
    _ body: @Sendable (SFTPSession) async throws -> Value
  ) async throws -> Value? {
    let opened = try await TimeSource.system.within(Self.patience) { try await self.openSFTP(target) }
    guard let (pool, lease, session, sftp) = opened ?? nil else { return nil }
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(sftp))
    } catch is SFTPEnd {
      result = .failure(await brokenOff(target, lease.master))
    } catch {
      result = .failure(error)
    }
    session.close()
    await pool.release(lease)
    return try result.get()
  }

  private func openSFTP(
    _ target: SSHTarget
  ) async throws -> (MasterPool, MasterPool.Lease, any Session, SFTPSession)? {
    let (pool, lease, _) = try await lease(.session, on: target, policy: .brief, progress: .silent)
    do {
      let session = try await lease.master.control.open(.sftp)
      // What is not read must not fill up.
      session.error.close()
      do {
        if let sftp = try await SFTPSession.begin(session) { return (pool, lease, session, sftp) }
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
