import Pods
import ServiceProtocol

/// `volumes/*`, `templates/*` and `registries/*`.
struct AccountHarness: Sendable {
  let services: Services

  func volumes(_ params: PageParams, _: RequestContext) async throws -> VolumesList.Result {
    let page = try Page(of: await services.pods().networkVolumes(), params)
    return VolumesList.Result(volumes: page.elements, nextCursor: page.nextCursor)
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

  func templates(_ params: PageParams, _: RequestContext) async throws -> TemplatesList.Result {
    let page = try Page(of: await services.pods().templates(), params)
    return TemplatesList.Result(templates: page.elements, nextCursor: page.nextCursor)
  }

  func registries(_ params: PageParams, _: RequestContext) async throws -> RegistriesList.Result {
    let page = try Page(of: await services.pods().registryCredentials(), params)
    return RegistriesList.Result(registries: page.elements, nextCursor: page.nextCursor)
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
