import Reporting
import Runners
import ServiceProtocol

/// `runners/*`.
struct RunnersHarness: Sendable {
  let services: Services

  func install(_ params: RunnersInstall.Params, _ context: RequestContext) async throws -> RunnerResult {
    let installation = RunnerInstallation(
      podId: params.podId,
      repoUrl: params.repoUrl,
      token: params.token.map { Secret($0) },
      name: params.name,
      labels: params.labels,
      ephemeral: params.ephemeral,
      replace: params.replace,
      runAsRoot: params.runAsRoot,
      version: params.version,
      workDirectory: params.workDirectory
    )
    return RunnerResult(runner: try await services.runners().install(installation, progress: context.progress))
  }

  func start(_ params: RunnerParams, _ context: RequestContext) async throws -> RunnerResult {
    let runners = try await services.runners()
    return RunnerResult(
      runner: try await runners.start(
        podId: params.podId,
        workDirectory: params.workDirectory,
        progress: context.progress
      )
    )
  }

  func stop(_ params: RunnerParams, _ context: RequestContext) async throws -> RunnerResult {
    let runners = try await services.runners()
    return RunnerResult(
      runner: try await runners.stop(
        podId: params.podId,
        workDirectory: params.workDirectory,
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
        workDirectory: params.workDirectory
      )
    )
  }

  func list(_ params: RunnersList.Params, _: RequestContext) async throws -> RunnersList.Result {
    RunnersList.Result(runners: try await services.runners().list(repoUrl: params.repoUrl))
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
        progress: context.progress
      )
    )
  }
}
