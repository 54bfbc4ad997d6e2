import JSON
package import Reporting
package import SSH

/// Makes sure of a connection to a pod.
package enum SSHConnect: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var attempts: Int
    package var attemptTimeoutSeconds: Double
    package var firstDelaySeconds: Double
    package var acceptHostKey: String?
  }

  package struct Result: Codable, Sendable {
    package var connection: SSHConnectionInfo

    package init(connection: SSHConnectionInfo) { self.connection = connection }
  }

  package static let name = "ssh/connect"
  package static let summary =
    "Connects to a pod, trying again with growing pauses; later commands share the connection."
  package static let params: [Schema.Field] = [
    .podId,
    .init("attempts", .integer(minimum: 1, maximum: 100), "How often it is tried.", default: 5),
    .init("attemptTimeoutSeconds", .seconds(), "For one try.", default: 30),
    .init(
      "firstDelaySeconds",
      .seconds(),
      "Before the second try; doubled before each further one.",
      default: 10
    ),
    .init(
      "acceptHostKey",
      .string,
      "The fingerprint, SHA256:…, of a new host key that takes the place of the pinned one: that of a pod whose disk you reset."
    ),
  ]
  package static let result = Schema.object([
    .init(
      "connection",
      .object([
        .init("host", .string, "The address.", isRequired: true),
        .init("port", .integer(minimum: 1, maximum: 65535), "The port.", isRequired: true),
        .init("username", .string, "Who logged in.", isRequired: true),
        .init("hostKeyFingerprint", .string, "Of the host key that is pinned for the pod.", isRequired: true),
        .init("serverVersion", .string, "The server's software."),
        .init("attempts", .integer(minimum: 0), "How many tries it took; 0: it was there already.", isRequired: true),
      ]),
      "The connection.",
      isRequired: true
    )
  ])
  package static let errors: [Failure.Kind] = .ssh
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "connected",
      params: ["podId": "50qynxzilsxoey"],
      result: [
        "connection": [
          "host": "203.0.113.7", "port": 10022, "username": "root",
          "hostKeyFingerprint": "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", "serverVersion": "OpenSSH_9.2p1",
          "attempts": 1,
        ]
      ]
    )
  ]
}
