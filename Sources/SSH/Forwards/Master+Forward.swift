import Subprocess

/// The server does not let ports be forwarded this way.
struct ForwardProhibited: Error {}

extension Master {
  /// A forward as it was begun, which is how it is to be ended, and the port that it listens on.
  struct Begun: Sendable {
    let route: PortForward.Route
    let port: Int
  }

  /// Begins a forward.
  ///
  /// - Throws: `ForwardProhibited`, `ControlFault`, `CancellationError`; `SystemError` when no port is free.
  func begin(_ route: PortForward.Route) async throws -> Begun {
    switch route.direction {
    case .local: try await beginHere(route)
    case .remote: try await beginThere(route)
    }
  }

  /// Ends a forward. Not stopped by a cancellation.
  func end(_ begun: Begun) async {
    let control = control
    await Task { try? await control.end(begun.route) }.value
  }

  private func beginHere(_ route: PortForward.Route) async throws -> Begun {
    // The client would listen, and each connection would die.
    guard try await mayConnect(to: route) else { throw ForwardProhibited() }
    guard route.listenPort == 0 else {
      return Begun(route: route, port: try await control.begin(route) ?? route.listenPort)
    }
    // A client does not tell which port it chose, so we choose. Somebody may be quicker to take it.
    var attempt = 1
    while true {
      var chosen = route
      chosen.listenPort = try await SocketAddress.unusedPort(host: route.listenHost)
      do {
        _ = try await control.begin(chosen)
        return Begun(route: chosen, port: chosen.listenPort)
      } catch ControlFault.refused where attempt < 5 {
        attempt += 1
      }
    }
  }

  /// A server does not say why it does not listen (RFC 4254, section 7.1): when it does on no port at all, it is not the port.
  private func beginThere(_ route: PortForward.Route) async throws -> Begun {
    do {
      return Begun(route: route, port: try await control.begin(route) ?? route.listenPort)
    } catch ControlFault.refused(let reason) {
      var other = route
      other.listenPort = 0
      guard route.listenPort != 0, let port = try? await control.begin(other) else { throw ForwardProhibited() }
      await end(Begun(route: other, port: port))
      throw ControlFault.refused(reason)
    }
  }

  /// Whether the server connects to an address on its side for us, whoever listens there.
  ///
  /// A port that nobody is known to listen on is tried first: what listens at the wanted one may have only one connection to
  /// give. Where that is prohibited, only the wanted one may be permitted (`PermitOpen`).
  private func mayConnect(to route: PortForward.Route) async throws -> Bool {
    if try await !isProhibited(host: "127.0.0.1", port: 1) { return true }
    return try await !isProhibited(host: route.host, port: route.port)
  }

  private func isProhibited(host: String, port: Int) async throws -> Bool {
    let before = channelRefusals.count
    do {
      try await control.tryChannel(host: host, port: port)
      return false
    } catch ControlFault.refused {
      // The reason comes on another way than the refusal.
      for _ in 0..<100 where channelRefusals.count == before { try await Task.sleep(for: .milliseconds(10)) }
      return channelRefusals.last.contains("administratively prohibited")
    }
  }
}
