import JSON
package import Reporting
package import Workflows

/// Rents a pod, reaches it, puts a runner on it and sees it online; undoes all of it when a part fails.
package enum WorkflowsSetupRunner: WorkflowMethod {
  package static let kind = WorkflowKind.setupRunner
  package static let summary = """
    Rents a pod, waits until it can be reached, installs a GitHub Actions runner on it and sees it online. When a part \
    fails or it is cancelled, everything that it made is undone.
    """
  package static let paramsLike: [any ServiceMethod.Type] = [PodsCreate.self, RunnersInstall.self]
  package static let errors: [Failure.Kind] = .renting
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "a runner for a repository",
      params: [
        "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA GeForce RTX 4090",
        "repoUrl": "https://github.com/octo/models", "runnerName": "gpu-1",
      ],
      result: ["workflow": .exampleSetup]
    )
  ]

  /// What there is to say about one runner to set up; members of a fleet say the same.
  package static let request: [Schema.Field] =
    PodsCreate.rental.map(\.withinADay) + [
      .repoUrl,
      .init("runnerName", .string, "The runner's name; absent: one is made.", aliases: ["runner_name"]),
      .init(
        "runnerToken",
        .string,
        "A registration token; absent: one is minted with GITHUB_TOKEN.",
        aliases: ["runner_token"]
      ),
    ] + RunnersInstall.options + [
      .init(
        "onFailure",
        .word(FailurePolicy.allCases.map(\.rawValue)),
        "What becomes of the pod when a part fails.",
        default: "terminate"
      ),
      .init(
        "readyTimeoutSeconds",
        .integer(minimum: 1, maximum: 3_155_760_000),
        "How long the pod may take to be reachable.",
        default: 600
      ),
      .init(
        "verify",
        .word(RunnerSetupTerms.Verification.allCases.map(\.rawValue)),
        "job: runs verifyCommand on the pod before the runner is registered.",
        default: "none"
      ),
      .init("verifyCommand", .string, "Has to end with exit code 0.", default: "nvidia-smi"),
    ]

  package static func workflow(_ request: RunnerSetup) -> WorkflowRequest { .setupRunner(request) }
}

extension Schema.Field {
  /// A pod without a watching client has a deadline: a day from now unless said otherwise.
  fileprivate var withinADay: Schema.Field {
    guard name == "maxLifetimeSeconds" else { return self }
    var field = self
    field.summary =
      "After which it is terminated, counted from now. Absent, and without terminateAfter: a day, after which a job that runs "
      + "may go on for JOB_GRACE_SECONDS (3600)."
    return field
  }
}
