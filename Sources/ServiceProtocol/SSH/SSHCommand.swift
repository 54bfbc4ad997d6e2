import JSON
package import Reporting

/// The argument list with which a person reaches a pod from a terminal.
package enum SSHCommand: ServiceMethod {
  package typealias Params = PodParams

  package struct Result: Codable, Sendable {
    package var argv: [String]

    package init(argv: [String]) { self.argv = argv }
  }

  package static let name = "ssh/command"
  package static let summary =
    "Answers the argument list that opens a terminal on a pod, with the same key and pinned host key."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([
    .init("argv", .array(.string), "A program and its arguments; a remote command can be added.", isRequired: true)
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .sshUnreachable]
  package static let examples = [
    Example(
      "a terminal",
      params: ["podId": "50qynxzilsxoey"],
      result: ["argv": ["ssh", "-p", "10022", "root@203.0.113.7"]]
    )
  ]
}
