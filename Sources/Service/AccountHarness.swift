import Pods
import ServiceProtocol

/// `volumes/*`, `templates/*` and `registries/*`.
struct AccountHarness: Sendable {
  let services: Services

  func volumes(_: NoParams, _: RequestContext) async throws -> VolumesList.Result {
    VolumesList.Result(volumes: try await services.pods().networkVolumes())
  }

  func createVolume(_ params: VolumesCreate.Params, _: RequestContext) async throws -> VolumesCreate.Result {
    let pods = try await services.pods()
    return VolumesCreate.Result(
      volume: try await pods.createNetworkVolume(
        name: params.name,
        sizeInGb: params.sizeInGb,
        dataCenterId: params.dataCenterId
      )
    )
  }

  func deleteVolume(_ params: IdentifiedParams, _: RequestContext) async throws -> NoResult {
    try await services.pods().deleteNetworkVolume(params.id)
    return NoResult()
  }

  func templates(_: NoParams, _: RequestContext) async throws -> TemplatesList.Result {
    TemplatesList.Result(templates: try await services.pods().templates())
  }

  func registries(_: NoParams, _: RequestContext) async throws -> RegistriesList.Result {
    RegistriesList.Result(registries: try await services.pods().registryCredentials())
  }

  func createRegistry(_ params: RegistriesCreate.Params, _: RequestContext) async throws -> RegistriesCreate.Result {
    let pods = try await services.pods()
    return RegistriesCreate.Result(
      registry: try await pods.createRegistryCredential(
        name: params.name,
        username: params.username,
        passwordFile: params.file
      )
    )
  }

  func deleteRegistry(_ params: IdentifiedParams, _: RequestContext) async throws -> NoResult {
    try await services.pods().deleteRegistryCredential(params.id)
    return NoResult()
  }
}
