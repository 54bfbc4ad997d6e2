/// A port on one side of a connection to a pod that leads to an address on the other side.
package struct PortForward: Codable, Sendable, Hashable {
  package enum Direction: String, Codable, Sendable, Hashable, CaseIterable {
    /// From a port here to an address that the pod can reach.
    case local
    /// From a port on the pod to an address that we can reach.
    case remote
  }

  package enum State: String, Codable, Sendable, Hashable, CaseIterable {
    case open
    /// The connection was lost and is being made again, with the same port.
    case reconnecting
    /// It will not come back; `reason` says why.
    case failed
  }

  /// From where to where.
  package struct Route: Sendable, Hashable {
    package var direction: Direction
    package var listenHost: String
    /// 0: one that is free.
    package var listenPort: Int
    package var host: String
    package var port: Int

    package init(direction: Direction, listenHost: String, listenPort: Int, host: String, port: Int) {
      self.direction = direction
      self.listenHost = listenHost
      self.listenPort = listenPort
      self.host = host
      self.port = port
    }
  }

  package var forwardId: String
  package var podId: String
  package var direction: Direction
  package var listenHost: String
  package var listenPort: Int
  package var host: String
  package var port: Int
  package var state: State
  package var reason: String?

  /// - Parameter host: The address that it listens on; nil: the one that was asked for.
  init(id: String, podId: String, route: Route, host bound: String?, port: Int) {
    forwardId = id
    self.podId = podId
    direction = route.direction
    listenHost = route.listenHost
    listenPort = port
    host = route.host
    self.port = route.port
    state = .open
    opened(on: bound, asked: route.listenHost)
  }

  /// It is open, and listens on an address.
  ///
  /// - Parameters:
  ///   - bound: Nil: the one that was asked for.
  mutating func opened(on bound: String?, asked: String) {
    state = .open
    listenHost = bound ?? asked
    reason = bound.map { "The pod's SSH server opened the port on \($0) only, and not on \(asked) (GatewayPorts)." }
  }
}
