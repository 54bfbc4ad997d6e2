import Subprocess

extension Master {
  /// A forward as it was begun, which is how it is to be ended, and the port that it listens on.
  struct Begun: Sendable {
    let route: PortForward.Route
    let port: Int
  }

  /// Begins a forward.
  ///
  /// - Throws: `ControlFault`, `CancellationError`; `SystemError` when no port is free.
  func begin(_ route: PortForward.Route) async throws -> Begun {
    guard route.direction == .local, route.listenPort == 0 else {
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

  /// Ends a forward. Not stopped by a cancellation.
  func end(_ begun: Begun) async {
    let control = control
    await Task { try? await control.end(begun.route) }.value
  }
}
