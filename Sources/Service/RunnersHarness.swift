import JSON
import JSONRPC
import Outside
import Reporting
import Runners
import ServiceProtocol

/// `runners/*`.
struct RunnersHarness: Sendable {
  let services: Services

  func install(_ params: RunnersInstall.Params, _ context: RequestContext) async throws -> RunnerResult {
    let installation = RunnerInstallation(
      podId: params.registration.podId,
      repoUrl: params.registration.repoUrl,
      token: params.registration.token.map { Secret($0) },
      name: params.registration.name,
      env: params.registration.env,
      options: params.options
    )
    return RunnerResult(runner: try await services.runners().install(installation, progress: context.progress))
  }

  func start(_ params: RunnerParams, _ context: RequestContext) async throws -> RunnerResult {
    let runners = try await services.runners()
    return RunnerResult(
      runner: try await runners.start(
        podId: params.podId,
        name: params.name,
        workDirectory: params.workDirectory,
        progress: context.progress
      )
    )
  }

  func stop(_ params: RunnersStop.Params, _ context: RequestContext) async throws -> RunnerResult {
    let runners = try await services.runners()
    return RunnerResult(
      runner: try await runners.stop(
        podId: params.podId,
        name: params.name,
        workDirectory: params.workDirectory,
        drain: params.drain ? .limited(seconds: params.drainTimeoutSeconds) : nil,
        progress: context.progress
      )
    )
  }

  func status(_ params: RunnersStatus.Params, _: RequestContext) async throws -> RunnerResult {
    let runners = try await services.runners()
    return RunnerResult(
      runner: try await runners.status(
        podId: params.podId,
        repoUrl: params.repoUrl,
        name: params.name,
        workDirectory: params.workDirectory
      )
    )
  }

  func list(_ params: RunnersList.Params, _: RequestContext) async throws -> RunnersList.Result {
    let listing = try await listing(params)
    let page = try Page(of: listing.runners, limit: params.limit, cursor: params.cursor)
    return RunnersList.Result(listing, runners: page.elements, nextCursor: page.nextCursor)
  }

  private func listing(_ params: RunnersList.Params) async throws -> RunnerListing {
    let runners = try await services.runners()
    if let podId = params.podId {
      return RunnerListing(runners: try await runners.list(podId: podId), podsWithoutRunner: [])
    }
    guard let repoUrl = params.repoUrl else {
      throw InvalidParams(path: "repoUrl", expected: "a repository, organisation or enterprise, or a podId")
    }
    return try await runners.list(repoUrl: repoUrl)
  }

  func logs(_ params: RunnersLogs.Params, _ context: RequestContext) async throws -> RunnerLog {
    try await services.runners().logs(
      podId: params.podId,
      name: params.name,
      workDirectory: params.workDirectory,
      source: params.source,
      lines: params.lines,
      follow: params.follow ? .limited(seconds: params.timeoutSeconds) : nil
    ) { lines in
      guard params.follow else { return }
      context.notify(
        RunnersLogs.notification,
        ["requestId": context.id.json, "podId": .string(params.podId), "lines": .array(lines.map { .string($0) })]
      )
    }
  }

  func remove(_ params: RunnersRemove.Params, _ context: RequestContext) async throws -> RunnersRemove.Result {
    let runners = try await services.runners()
    return RunnersRemove.Result(
      removal: try await runners.remove(
        podId: params.podId,
        repoUrl: params.repoUrl,
        token: params.token.map { Secret($0) },
        name: params.name,
        workDirectory: params.workDirectory,
        drain: params.drain ? .limited(seconds: params.drainTimeoutSeconds) : nil,
        progress: context.progress
      )
    )
  }
}
