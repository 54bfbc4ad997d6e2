import JSON
package import Reporting
package import Runners

/// The runners that GitHub knows in one place.
package enum RunnersList: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var repoUrl: String
  }

  package struct Result: Codable, Sendable {
    package var runners: [Runner]

    package init(runners: [Runner]) { self.runners = runners }
  }

  package static let name = "runners/list"
  package static let summary = "Lists the runners that GitHub knows for a repository, an organisation or an enterprise."
  package static let params: [Schema.Field] = [.repoUrl]
  package static let result = Schema.object([
    .init("runners", .array(.runner), "The runners.", isRequired: true)
  ])
  package static let errors: [Failure.Kind] = [
    .environmentIncomplete, .configurationInvalid, .unauthorized, .forbidden, .notFound, .rateLimited, .apiFailure,
    .networkFailure,
  ]
  package static let examples = [
    Example(
      "a repository's",
      params: ["repoUrl": "https://github.com/octo/models"],
      result: ["runners": [.exampleRunner]]
    )
  ]
}
