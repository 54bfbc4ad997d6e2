package import Concurrency
import FoundationEssentials
import Glibc
package import Reporting
import Subprocess
import Values

/// Connections to pods over the system's OpenSSH: opened on first use, shared by everything that goes to the same pod,
/// opened again after they break, gone when this process is.
package actor SSHConnections {
  private let settings: SSHSettings
  private let time: TimeSource
  private let renewed: @Sendable (SSHTarget) async -> SSHTarget?
  private let pinned: @Sendable () async -> Void
  private let notice: @Sendable (String) -> Void
  let knownHosts: KnownHosts
  private let quiet = QuietMoment()
  private var runtime: RuntimeDirectory?
  private var pools: [SSHTarget: MasterPool] = [:]

  /// - Parameters:
  ///   - renewed: Asked for a pod's present address when nobody, or somebody else, answers at the one known.
  ///   - pinned: Called when a pod's host key has been pinned.
  ///   - notice: Gets warnings that belong to no request.
  package init(
    settings: SSHSettings,
    time: TimeSource = .system,
    renewed: @escaping @Sendable (SSHTarget) async -> SSHTarget? = { _ in nil },
    pinned: @escaping @Sendable () async -> Void = {},
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.settings = settings
    self.time = time
    self.renewed = renewed
    self.pinned = pinned
    self.notice = notice
    knownHosts = KnownHosts(stateDirectory: settings.stateDirectory)
  }

  /// Makes sure of a connection, trying as often as `policy` says.
  ///
  /// - Parameter acceptedHostKey: The fingerprint of a host key that takes the place of the pinned one.
  /// - Throws: `CancellationError`; `Failure` of the kinds `sshUnreachable` (after all tries), `sshAuthentication` and
  ///   `hostKeyChanged` (at once), `configurationInvalid` and `environmentIncomplete` (the key, the client).
  package func connect(
    _ target: SSHTarget,
    policy: ConnectPolicy = ConnectPolicy(),
    acceptedHostKey: String? = nil,
    progress: Progress = .silent
  ) async throws -> SSHConnectionInfo {
    let (pool, lease, attempts) = try await lease(
      .connection,
      on: target,
      policy: policy,
      acceptedHostKey: acceptedHostKey,
      progress: progress
    )
    await lease.master.prepareSession()
    await pool.release(lease)
    return SSHConnectionInfo(
      host: pool.target.host.rawValue,
      port: pool.target.port.rawValue,
      username: pool.target.username.rawValue,
      hostKeyFingerprint: lease.master.hostKeyFingerprint,
      serverVersion: lease.master.serverVersion,
      attempts: attempts
    )
  }

  /// The argument list with which a person reaches the pod from a terminal, with the same key and host key.
  ///
  /// - Throws: `Failure` of the kind `storeFailure`.
  package nonisolated func command(_ target: SSHTarget) throws -> [String] {
    try knownHosts.prepare(target)
    return try ClientOptions(target: target, knownHosts: knownHosts, userConfig: settings.userConfig).terminal()
  }

  /// Drops a pod's connections and its pinned host key: the next one is pinned anew.
  package func forget(podId: String) async {
    knownHosts.forget(podId: podId)
    await closePools { $0.podId == podId }
  }

  /// Ends all connections and what runs through them. They can be opened again.
  package func close() async {
    await closePools { _ in true }
    runtime = nil
  }

  /// The clients that hold connections; for tests.
  package var masterProcessIDs: [Int32] {
    get async {
      var all: [Int32] = []
      for pool in pools.values { all += await pool.processIDs }
      return all
    }
  }

  /// A place on a connection; give it back to its pool.
  func lease(
    _ use: MasterPool.Use,
    on target: SSHTarget,
    policy: ConnectPolicy,
    acceptedHostKey: String? = nil,
    progress: Progress
  ) async throws -> (pool: MasterPool, lease: MasterPool.Lease, attempts: Int) {
    try ClientKey.check(target.identityFile)
    // A look at the whole key, and at the one beside it, for the first connection.
    if pools[target] == nil { _ = try await ClientKey.publicLine(target.identityFile) }
    var target = target
    var attempt = 1
    var isRenewed = false
    var hasSetAside = false
    while true {
      progress.report("Connecting to \(target.display), try \(attempt) of \(policy.attempts)")
      do {
        let pool = try await pool(for: target)
        let (lease, isNew) = try await pool.acquire(use, timeout: policy.attemptTimeout)
        if hasSetAside, lease.master.hostKeyFingerprint != acceptedHostKey {
          await pool.release(lease)
          await closePools { $0 == pool.target }
          knownHosts.takeBack(target)
          throw ConnectFault.hostKeyChanged(offered: lease.master.hostKeyFingerprint)
        }
        return (pool, lease, isNew ? attempt : attempt - 1)
      } catch let fault as ConnectFault {
        if fault.mayBeSomebodyElse, !isRenewed {
          isRenewed = true
          if let fresh = await renewed(target), fresh != target {
            progress.report("Pod \(target.podId) has moved to \(fresh.display)")
            target = fresh
            continue
          }
        }
        switch fault {
        case .hostKeyChanged(let offered?) where offered == acceptedHostKey && !hasSetAside:
          hasSetAside = true
          knownHosts.setAside(target)
        case .transient(_, let reason) where attempt < policy.attempts:
          let wait = policy.backoff.delay(afterAttempt: attempt)
          progress.report("\(target.display): \(reason); trying again in \(wait.components.seconds) s")
          try await time.sleep(wait)
          attempt += 1
        default: throw await fault.failure(target: target, knownHosts: knownHosts, attempts: policy.attempts)
        }
      }
    }
  }

  private func pool(for target: SSHTarget) async throws -> MasterPool {
    if let pool = pools[target] { return pool }
    try knownHosts.prepare(target)
    let runtime = try self.runtime ?? RuntimeDirectory(base: settings.runtimeDirectory, notice: notice)
    self.runtime = runtime
    let knownHosts = knownHosts
    let userConfig = settings.userConfig
    let pool = MasterPool(target: target, idleLimit: settings.idleLimit) { [quiet, pinned] timeout in
      // Made for each attempt: after the first connection the host key is pinned.
      let options = try ClientOptions(target: target, knownHosts: knownHosts, userConfig: userConfig)
      let wasPinned = knownHosts.isPinned(target)
      let master = try await Master.start(options, socketPath: runtime.newSocketPath(), timeout: timeout, quiet: quiet)
      if !wasPinned { await pinned() }
      return master
    }
    pools[target] = pool
    // A pod that was stopped and resumed has another address; nothing of the old one is of use.
    await closePools { old in
      old.podId == target.podId && (old.host, old.port) != (target.host, target.port)
    }
    return pool
  }

  private func closePools(where condition: (SSHTarget) -> Bool) async {
    let closing = pools.filter { condition($0.key) }
    for target in closing.keys { pools[target] = nil }
    await withTaskGroup { group in
      for pool in closing.values { group.addTask { await pool.close() } }
    }
  }
}
