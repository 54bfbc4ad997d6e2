import Environment
import Pods
import ServiceProtocol

/// `environment/*` and `auth/*`.
struct EnvironmentHarness: Sendable {
  let services: Services

  func validate(_: NoParams, _: RequestContext) async -> EnvironmentValidate.Result {
    EnvironmentValidate.Result(checks: await services.examine())
  }

  func show(_: NoParams, _: RequestContext) async throws -> EnvironmentShow.Result {
    let settings = try await services.shownSettings()
    return EnvironmentShow.Result(
      settings: settings.values.map { value in
        EnvironmentShow.Setting(
          name: value.setting.variable,
          value: value.shown,
          source: value.source,
          defaultValue: value.setting.defaultValue,
          summary: value.setting.summary
        )
      },
      stateFile: settings.places.stateFile,
      configurationFile: settings.places.configurationFile
    )
  }

  func validateKey(_: NoParams, _: RequestContext) async throws -> AuthValidate.Result {
    AuthValidate.Result(account: try await services.pods().account())
  }
}
