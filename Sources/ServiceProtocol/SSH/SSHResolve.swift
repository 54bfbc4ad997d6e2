import JSON
package import Reporting

/// Where a pod's SSH server is.
package enum SSHResolve: ServiceMethod {
  package typealias Params = PodParams

  package struct Result: Codable, Sendable {
    package var host: String
    package var port: Int
    package var username: String

    package init(host: String, port: Int, username: String) {
      self.host = host
      self.port = port
      self.username = username
    }
  }

  package static let name = "ssh/resolve"
  package static let summary = "Answers the public address of a pod's SSH server."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([
    .init("host", .string, "The address.", isRequired: true),
    .init("port", .integer(minimum: 1, maximum: 65535), "The port.", isRequired: true),
    .init("username", .string, "Who logs in.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .sshUnreachable]
  package static let examples = [
    Example(
      "an address",
      params: ["podId": "50qynxzilsxoey"],
      result: ["host": "203.0.113.7", "port": 10022, "username": "root"]
    )
  ]
}
