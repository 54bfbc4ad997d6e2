import Subprocess

extension Master {
  /// A forward as it was begun, which is how it is to be ended, and the port that it listens on.
  struct Begun: Sendable {
    let route: PortForward.Route
    let port: Int
  }

  /// Begins a forward.
  ///
  /// - Throws: `MuxFault`, `CancellationError`; `SystemError` when no port is free.
  func begin(_ route: PortForward.Route) async throws -> Begun {
    guard route.direction == .local, route.listenPort == 0 else {
      if case .remotePort(let port) = try await ask(route) { return Begun(route: route, port: Int(port)) }
      return Begun(route: route, port: route.listenPort)
    }
    // A client does not tell which port it chose, so we choose. Somebody may be quicker to take it.
    var attempt = 1
    while true {
      var chosen = route
      chosen.listenPort = try await SocketAddress.unusedPort(host: route.listenHost)
      do {
        _ = try await ask(chosen)
        return Begun(route: chosen, port: chosen.listenPort)
      } catch MuxFault.refused where attempt < 5 {
        attempt += 1
      }
    }
  }

  /// Ends a forward. Not stopped by a cancellation.
  func end(_ begun: Begun) async {
    let socketPath = socketPath
    await Task { _ = try? await MuxSocket.ask(socketPath, MuxMessage.forwarding(begun.route, begins: false)) }.value
  }

  private func ask(_ route: PortForward.Route) async throws -> MuxMessage {
    try await MuxSocket.ask(socketPath, MuxMessage.forwarding(route, begins: true))
  }
}
