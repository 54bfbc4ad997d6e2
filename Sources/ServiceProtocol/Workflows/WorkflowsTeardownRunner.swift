import JSON
package import Reporting
package import Workflows

/// Takes a runner away and ends its pod; a part that fails is a warning.
package enum WorkflowsTeardownRunner: WorkflowMethod {
  package static let kind = WorkflowKind.teardownRunner
  package static let summary = """
    Stops a runner, takes it out of GitHub's list and ends its pod. A part that fails is a warning in the result, and \
    the others are done all the same.
    """
  package static let errors: [Failure.Kind] = .runner
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "a runner and its pod",
      params: ["podId": "50qynxzilsxoey", "repoUrl": "https://github.com/octo/models"],
      result: ["workflow": .exampleTeardown]
    )
  ]

  /// What there is to say about one runner to take away; members of a fleet say the same.
  package static let request: [Schema.Field] = [
    .podId,
    .init("repoUrl", .string, "Where it is registered; absent: what the pod says.", aliases: ["repo_url"]),
    .init(
      "removeToken",
      .string,
      "A remove token; absent: one is minted with GITHUB_TOKEN.",
      aliases: ["token", "remove_token"]
    ),
    .init("runnerName", .string, "The runner's name, for a pod that can no longer be asked.", aliases: ["runner_name"]),
    .podFate, .workDirectory,
  ]

  package static func workflow(_ request: RunnerTeardown) -> WorkflowRequest { .teardownRunner(request) }
}
