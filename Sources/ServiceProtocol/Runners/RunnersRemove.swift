import JSON
package import Reporting
package import Runners

/// Takes a runner off its pod and out of GitHub's list.
package enum RunnersRemove: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String?
    package var repoUrl: String?
    package var token: String?
    package var name: String?
    package var workDirectory: String?
    package var drain: Bool
    package var drainTimeoutSeconds: Double
  }

  package struct Result: Codable, Sendable {
    package var removal: RunnerRemoval

    package init(removal: RunnerRemoval) { self.removal = removal }
  }

  package static let name = "runners/remove"
  package static let summary =
    "Takes a runner off its pod and out of GitHub's list; does all that can be done, and says what could not."
  package static let paramsLike: [any ServiceMethod.Type] = [RunnersStatus.self]
  package static let params: [Schema.Field] = [
    .init("podId", .string, "The pod; absent: only the registration goes, by repoUrl and name."),
    .init("repoUrl", .string, "Where it is registered; absent: what the pod says.", aliases: ["repo_url"]),
    .init("token", .string, "A remove token; absent: one is minted with GITHUB_TOKEN."),
    .init(
      "name",
      .string,
      "Which runner, on a pod that has several or can no longer be asked. Without it all registrations go that a pod which is gone has left."
    ),
    .workDirectory, .drain, .drainTimeout,
  ]
  package static let result = Schema.object([
    .init(
      "removal",
      .object([
        .init("deregistered", .boolean, "Whether GitHub's list is known to be without it.", isRequired: true),
        .init("filesRemoved", .boolean, "Whether its directory on the pod is gone.", isRequired: true),
        .init("jobCut", .boolean, "Whether a job was cut.", isRequired: true),
        .init("warnings", .array(.string), "What did not go as it should.", isRequired: true),
      ]),
      "What came of it.",
      isRequired: true
    )
  ])
  package static let errors: [Failure.Kind] = .runner + [.timeout]
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "removed",
      params: ["podId": "50qynxzilsxoey"],
      result: ["removal": ["deregistered": true, "filesRemoved": true, "jobCut": false, "warnings": []]]
    ),
    Example(
      "what a pod that is gone has left",
      params: ["podId": "9b2k0s8x7m1qwe", "repoUrl": "https://github.com/octo/models"],
      result: [
        "removal": [
          "deregistered": true, "filesRemoved": false, "jobCut": false,
          "warnings": ["The pod could not be cleaned: There is no pod 9b2k0s8x7m1qwe."],
        ]
      ]
    ),
  ]
}
