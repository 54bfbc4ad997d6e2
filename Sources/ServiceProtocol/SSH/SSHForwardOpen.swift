import JSON
package import Reporting
package import SSH

/// Opens a port that leads through the connection to a pod.
package enum SSHForwardOpen: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var direction: PortForward.Direction
    package var listenHost: String
    package var listenPort: Int
    package var host: String
    package var port: Int
  }

  package typealias Result = ForwardResult

  package static let name = "ssh/forward/open"
  package static let summary = """
    Opens a port here that leads to an address on the pod's side (local), or one on the pod that leads to an address on \
    ours (remote). It comes back with the same port when the connection is lost, and is closed at the end of the session.
    """
  package static let toolSummary = """
    Opens a port here that leads to an address on the pod's side (local), or one on the pod that leads to an address here \
    (remote), until the end of the session.
    """
  package static let params: [Schema.Field] = [
    .podId,
    .init("direction", .word(PortForward.Direction.allCases.map(\.rawValue)), "Which way it leads.", default: "local"),
    .init("port", .integer(minimum: 1, maximum: 65535), "Where it leads to.", isRequired: true),
    .init("host", .string, "Where it leads to, as seen from there.", default: "127.0.0.1"),
    .init("listenPort", .integer(minimum: 0, maximum: 65535), "The port to open; 0: one that is free.", default: 0),
    .init("listenHost", .string, "The address to open it on.", default: "127.0.0.1"),
  ]
  package static let result = ForwardResult.schema
  package static let errors: [Failure.Kind] = .ssh + [.conflict]
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "a notebook on the pod",
      params: ["podId": "50qynxzilsxoey", "port": 8888],
      result: ["forward": .exampleForward]
    )
  ]
}

/// Results that are one forward.
package struct ForwardResult: Codable, Sendable {
  package var forward: PortForward

  package init(forward: PortForward) { self.forward = forward }

  static let schema = Schema.object([.init("forward", .forward, "The forward.", isRequired: true)])
}

extension Schema {
  static let forward = Schema.object([
    .init("forwardId", .string, "Names it.", isRequired: true),
    .init("podId", .string, "The pod.", isRequired: true),
    .init("direction", .word(PortForward.Direction.allCases.map(\.rawValue)), "Which way it leads.", isRequired: true),
    .init("listenHost", .string, "The address that it listens on.", isRequired: true),
    .init("listenPort", .integer(minimum: 1, maximum: 65535), "The port that it listens on.", isRequired: true),
    .init("host", .string, "Where it leads to.", isRequired: true),
    .init("port", .integer(minimum: 1, maximum: 65535), "Where it leads to.", isRequired: true),
    .init("state", .word(PortForward.State.allCases.map(\.rawValue)), "How it is.", isRequired: true),
    .init("reason", .string, "Why it is not open, or why it listens on another address than it was asked to."),
  ])
}

extension JSONValue {
  static let exampleForward: JSONValue = [
    "forwardId": "1", "podId": "50qynxzilsxoey", "direction": "local", "listenHost": "127.0.0.1", "listenPort": 40123,
    "host": "127.0.0.1", "port": 8888, "state": "open",
  ]
}
