import Reporting

extension [Failure.Kind] {
  /// What everything that goes to a pod over SSH can fail with.
  static let ssh: [Failure.Kind] = .runPod + [.notFound, .sshUnreachable, .sshAuthentication, .hostKeyChanged]
}
