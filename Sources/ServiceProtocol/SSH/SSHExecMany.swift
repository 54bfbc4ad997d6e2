package import JSON
package import Reporting

/// Runs a command on many pods at once.
package enum SSHExecMany: ServiceMethod {
  package struct Params: CommandParams {
    package var podIds: [String]
    package var maxParallel: Int
    package var command: SSHExec.Command
    package var stdin: String
    package var env: [String: String]
    package var cwd: String?
    package var pty: Bool
    package var timeoutSeconds: Double?
    package var stream: Bool
    package var encoding: SSHExec.Encoding
    package var captureLimit: Int
  }

  /// What became of the command on one pod: a result or an error, as `ssh/exec` would have answered.
  package struct Outcome: Codable, Sendable {
    package var podId: String
    package var result: SSHExec.Result?
    package var error: JSONValue?

    package init(podId: String, result: SSHExec.Result?, error: JSONValue?) {
      self.podId = podId
      self.result = result
      self.error = error
    }
  }

  package struct Result: Codable, Sendable {
    package var outcomes: [Outcome]

    package init(outcomes: [Outcome]) { self.outcomes = outcomes }
  }

  package static let name = "ssh/execMany"
  package static let summary = """
    Runs a command on many pods at once and answers what became of each: one pod's error is its outcome, not the \
    call's. Progress counts pods; ssh/output notifications name theirs. Cancelling ends all of them.
    """
  package static let params: [Schema.Field] =
    [
      .init("podIds", .array(.string), "RunPod's ids of the pods.", isRequired: true),
      .init("maxParallel", .integer(minimum: 1, maximum: 1000), "On how many pods at once.", default: 64),
    ] + SSHExec.commandFields
  package static let toolSummary =
    "Runs a command on many pods at once and answers what became of each: one pod's error is its outcome, not the call's."
  package static let paramsLike: [any ServiceMethod.Type] = [SSHExec.self]
  package static let result = Schema.object([
    .init(
      "outcomes",
      .array(
        .object([
          .init("podId", .string, "The pod.", isRequired: true),
          .init("result", SSHExec.result, "As of ssh/exec."),
          .init("error", .errorObject, "As of ssh/exec, when there is no result."),
        ])
      ),
      "One for each pod, in the order of podIds.",
      isRequired: true
    )
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let effect = Effect.anything
  package static let examples = [
    Example(
      "one pod is gone",
      params: ["podIds": ["50qynxzilsxoey", "gone0000000000"], "command": "uname -s"],
      result: [
        "outcomes": [
          [
            "podId": "50qynxzilsxoey",
            "result": ["exitCode": 0, "stdout": "Linux\n", "stderr": "", "truncated": false],
          ],
          [
            "podId": "gone0000000000",
            "error": [
              "code": 1007, "message": "There is no pod gone0000000000.",
              "data": ["kind": "notFound", "retryable": false],
            ],
          ],
        ]
      ]
    )
  ]
}
