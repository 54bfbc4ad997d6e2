import JSON
package import Reporting
package import Runners

/// The runners of one place on GitHub, or of one pod.
package enum RunnersList: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var repoUrl: String?
    package var podId: String?
    package var limit: Int
    package var cursor: String?
  }

  package struct Result: Codable, Sendable {
    package var runners: [Runner]
    package var podsWithoutRunner: [String]
    package var nextCursor: String?

    package init(_ listing: RunnerListing, runners: [Runner], nextCursor: String?) {
      self.runners = runners
      podsWithoutRunner = listing.podsWithoutRunner
      self.nextCursor = nextCursor
    }
  }

  package static let name = "runners/list"
  package static let summary = """
    Lists the runners that GitHub knows for a repository, an organisation or an enterprise, joined with our pods: \
    registrations whose pod is gone are orphans, and pods that run without a runner are named. With podId, asks that pod \
    for all of its runners instead.
    """
  package static let toolSummary = """
    Lists the runners that GitHub knows for a repository, an organisation or an enterprise, joined with the pods; with podId, \
    the runners on that pod.
    """
  package static let params: [Schema.Field] = [
    .init(
      "repoUrl",
      .string,
      "The web address of a repository, organisation or enterprise; needed unless there is a podId.",
      aliases: ["repo_url"]
    ),
    .init("podId", .string, "The pod to ask, instead of GitHub."),
    .limit(1000), .cursor,
  ]
  package static let result = Schema.object([
    .init("runners", .array(.runner), "The runners.", isRequired: true),
    .init("podsWithoutRunner", .array(.string), "Pods of ours that run and have no runner there.", isRequired: true),
    .nextCursor,
  ])
  package static let errors: [Failure.Kind] = .github + [.conflict, .runnerInstallFailed, .sshUnreachable]
  package static let examples = [
    Example(
      "a repository's",
      params: ["repoUrl": "https://github.com/octo/models"],
      result: ["runners": [.exampleListedRunner, .exampleOrphan], "podsWithoutRunner": ["2h7d0q4vnc5xyz"]]
    ),
    Example(
      "a pod's",
      params: ["podId": "50qynxzilsxoey"],
      result: ["runners": [.exampleRunner], "podsWithoutRunner": []]
    ),
  ]
}
