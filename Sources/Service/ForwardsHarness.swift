import SSH
import ServiceProtocol

/// `ssh/forward/*`.
struct ForwardsHarness: Sendable {
  let services: Services

  func open(_ params: SSHForwardOpen.Params, _: RequestContext) async throws -> ForwardResult {
    let route = PortForward.Route(
      direction: params.direction,
      listenHost: params.listenHost,
      listenPort: params.listenPort,
      host: params.host,
      port: params.port
    )
    return ForwardResult(forward: try await services.forwards().open(podId: params.podId, route))
  }

  func close(_ params: SSHForwardClose.Params, _: RequestContext) async throws -> ForwardResult {
    ForwardResult(forward: try await services.forwards().close(params.forwardId))
  }

  func list(_ params: PageParams, _: RequestContext) async throws -> SSHForwardList.Result {
    let page = try Page(of: await services.forwards().list, params)
    return SSHForwardList.Result(forwards: page.elements, nextCursor: page.nextCursor)
  }
}
