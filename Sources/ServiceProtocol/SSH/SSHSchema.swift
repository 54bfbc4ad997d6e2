import Reporting

extension [Failure.Kind] {
  /// What everything that goes to a pod over SSH can fail with.
  static let ssh: [Failure.Kind] = .runPod + [.notFound, .sshUnreachable, .sshAuthentication, .hostKeyChanged]
}

extension Schema {
  /// An error within a result, in the form that it has in a response.
  static let errorObject = Schema.openObject([
    .init("code", .integer(), "As in a response.", isRequired: true),
    .init("message", .string, "For people.", isRequired: true),
    .init("data", .any, "Its kind, whether trying again can help, and a hint."),
  ])
}
