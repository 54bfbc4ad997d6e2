import JSON
package import Reporting

/// The configuration with which other programs reach the pods.
package enum SSHConfig: ServiceMethod {
  package typealias Params = NoParams

  package struct Host: Codable, Sendable {
    package var name: String
    package var podId: String
    package var host: String
    package var port: Int

    package init(name: String, podId: String, host: String, port: Int) {
      self.name = name
      self.podId = podId
      self.host = host
      self.port = port
    }
  }

  package struct Result: Codable, Sendable {
    package var path: String
    package var line: String
    package var isIncluded: Bool
    package var hosts: [Host]

    package init(path: String, line: String, isIncluded: Bool, hosts: [Host]) {
      self.path = path
      self.line = line
      self.isIncluded = isIncluded
      self.hosts = hosts
    }
  }

  package static let name = "ssh/config"
  package static let summary = """
    Writes a configuration file for ssh, scp, rsync and VS Code Remote-SSH, in which every running pod is runpod-NAME \
    and runpod-ID, and answers the line to put at the top of ~/.ssh/config. From then on it is kept current.
    """
  package static let toolSummary = """
    Writes a configuration file for ssh, scp, rsync and VS Code Remote-SSH, in which every running pod is runpod-NAME, and \
    answers the line to put at the top of ~/.ssh/config.
    """
  package static let result = Schema.object([
    .init("path", .string, "The file.", isRequired: true),
    .init("line", .string, "What ~/.ssh/config has to have at its top, once.", isRequired: true),
    .init("isIncluded", .boolean, "Whether it has the line.", isRequired: true),
    .init(
      "hosts",
      .array(
        .object([
          .init("name", .string, "What to call it: ssh NAME.", isRequired: true),
          .init("podId", .string, "The pod.", isRequired: true),
          .init("host", .string, "Its address now.", isRequired: true),
          .init("port", .integer(minimum: 1, maximum: 65535), "Its port now.", isRequired: true),
        ])
      ),
      "The pods in it.",
      isRequired: true
    ),
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "one pod",
      result: [
        "path": "/home/me/.local/state/runpod-rpc/ssh_config",
        "line": "Include \"/home/me/.local/state/runpod-rpc/ssh_config\"",
        "isIncluded": false,
        "hosts": [
          ["name": "runpod-trainer-s1txj8n50k3k", "podId": "50qynxzilsxoey", "host": "203.0.113.7", "port": 10022]
        ],
      ]
    )
  ]
}
