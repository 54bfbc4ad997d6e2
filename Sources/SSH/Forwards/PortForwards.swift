package import Concurrency
import Reporting
import Subprocess

/// The forwards that are open. Each has a task that brings it back when its connection is lost.
package actor PortForwards {
  private struct Entry {
    let asked: PortForward.Route
    var forward: PortForward
    let task: Task<Void, Never>
  }

  /// A forward on a living connection.
  private struct Held: Sendable {
    let pool: MasterPool
    let lease: MasterPool.Lease
    let begun: Master.Begun
    /// Where it listens, when that is not where it was asked to.
    let boundHost: String?
  }

  private let connections: SSHConnections
  private let target: @Sendable (String) async throws -> SSHTarget
  private let time: TimeSource
  private let backoff = Backoff(first: .seconds(1), limit: .seconds(30))
  private var entries: [Int: Entry] = [:]
  private var lastID = 0

  /// - Parameter target: Where a pod's SSH server is, by the pod's id; asked anew for each connection.
  package init(
    _ connections: SSHConnections,
    time: TimeSource = .system,
    target: @escaping @Sendable (String) async throws -> SSHTarget
  ) {
    self.connections = connections
    self.time = time
    self.target = target
  }

  /// Those that are open and those that have failed, oldest first.
  package var list: [PortForward] { entries.sorted { $0.key < $1.key }.map(\.value.forward) }

  /// Opens a forward, or finds the one that does the same.
  ///
  /// - Throws: `CancellationError`; `Failure` of the kind `conflict` when the port cannot be listened on, and of those of
  ///   `connect`.
  package func open(podId: String, _ route: PortForward.Route) async throws -> PortForward {
    let same = entries.values.first { $0.forward.podId == podId && $0.asked == route && $0.forward.state != .failed }
    if let same, route.direction == .remote || route.listenPort != 0 { return same.forward }
    let held = try await establish(podId, route)
    lastID += 1
    let id = lastID
    let forward = PortForward(id: String(id), podId: podId, route: route, host: held.boundHost, port: held.begun.port)
    // The table owns the task.
    entries[id] = Entry(asked: route, forward: forward, task: Task { await keep(id, podId, route, held) })
    return forward
  }

  /// Closes a forward, and returns what it was. Connections through it that are open stay so.
  ///
  /// - Throws: `Failure` of the kind `notFound`.
  package func close(_ forwardId: String) async throws -> PortForward {
    guard let id = Int(forwardId), let entry = entries.removeValue(forKey: id) else {
      throw Failure(.notFound, "There is no forward \(forwardId).", hint: "List the forwards to see their ids.")
    }
    entry.task.cancel()
    await entry.task.value
    return entry.forward
  }

  package func closeAll() async {
    let tasks = entries.values.map(\.task)
    entries = [:]
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  private func keep(_ id: Int, _ podId: String, _ route: PortForward.Route, _ first: Held) async {
    var held = first
    var route = route
    route.listenPort = first.begun.port
    while true {
      await held.lease.master.waitForEnd()
      if Task.isCancelled {
        await held.lease.master.end(held.begun)
        return await held.pool.release(held.lease)
      }
      await held.pool.release(held.lease)
      entries[id]?.forward.state = .reconnecting
      do {
        held = try await reestablish(id, podId, route)
        entries[id]?.forward.opened(on: held.boundHost, asked: route.listenHost)
      } catch {
        entries[id]?.forward.state = .failed
        return
      }
    }
  }

  /// Tries until it is open again, as long as that is possible.
  private func reestablish(_ id: Int, _ podId: String, _ route: PortForward.Route) async throws -> Held {
    var attempt = 0
    while true {
      do {
        return try await establish(podId, route)
      } catch let failure as Failure {
        entries[id]?.forward.reason = failure.message
        let isFinal = [.configurationInvalid, .forbidden, .hostKeyChanged, .notFound, .sshAuthentication].contains(
          failure.kind
        )
        if isFinal { throw failure }
      }
      attempt += 1
      try await time.sleep(backoff.delay(afterAttempt: attempt))
    }
  }

  private func establish(_ podId: String, _ route: PortForward.Route) async throws -> Held {
    let target = try await target(podId)
    let (pool, lease, _) = try await connections.lease(.connection, on: target, policy: .brief, progress: .silent)
    do {
      let begun = try await lease.master.begin(route)
      return Held(pool: pool, lease: lease, begun: begun, boundHost: await boundHost(target, begun))
    } catch {
      await pool.release(lease)
      throw Self.failure(error, route, lease.master)
    }
  }

  /// A server may open the port on the loopback address only, and does not say so.
  private func boundHost(_ target: SSHTarget, _ begun: Master.Begun) async -> String? {
    let asked = begun.route.listenHost
    guard begun.route.direction == .remote, !["127.0.0.1", "::1", "localhost"].contains(asked) else { return nil }
    let request = ExecRequest(command: "cat /proc/net/tcp /proc/net/tcp6", timeout: .seconds(10), captureLimit: 1 << 20)
    guard let result = try? await connections.exec(target, request) else { return nil }
    let addresses = ListeningPorts.addresses(of: begun.port, in: result.stdoutText)
    let isLocal = !addresses.isEmpty && addresses.isSubset(of: ["127.0.0.1", "::1"])
    return isLocal ? addresses.sorted().first : nil
  }

  private static func failure(_ error: any Error, _ route: PortForward.Route, _ master: Master) -> any Error {
    let reason = master.lastComplaint.map { ": \($0)" } ?? ""
    switch error {
    case is ForwardProhibited:
      let way = route.direction == .local ? "connect to \(route.host):\(route.port)" : "listen"
      return Failure(
        .forbidden,
        "The pod's SSH server is not permitted to \(way) for port forwarding.",
        hint:
          "Set AllowTcpForwarding to yes in the pod's sshd_config (and see PermitOpen, PermitListen), then restart sshd."
      )
    case ControlFault.lost: return Failure(.networkFailure, "The connection was lost\(reason).")
    case is ControlFault:
      let side = route.direction == .local ? "here" : "on the pod"
      return Failure(
        .conflict,
        "Port \(route.listenPort) cannot be listened on \(side)\(reason).",
        hint: "Something else listens there: leave the port out to have one chosen."
      )
    case let error as SystemError:
      return Failure(.conflict, "No port of \(route.listenHost) can be listened on: \(error.reason).")
    default: return error
    }
  }
}
