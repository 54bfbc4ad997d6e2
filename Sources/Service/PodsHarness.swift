import JSON
import JSONRPC
import Outside
import Pods
import Reporting
import RunPodAPI
import Runners
import ServiceProtocol

/// `pods/*`.
struct PodsHarness: Sendable {
  let services: Services

  func create(_ params: PodsCreate.Params, _ context: RequestContext) async throws -> PodsCreate.Result {
    let pods = try await services.pods()
    let pod = try await pods.createUnclaimed(
      params.request,
      clientToken: params.clientToken,
      progress: context.progress
    )
    if let id = pod.id { await services.claim(id, once: context) }
    return PodsCreate.Result(pod: pod)
  }

  func extend(_ params: PodsExtend.Params, _ context: RequestContext) async throws -> PodsExtend.Result {
    let (pod, warnings) = try await services.pods().extend(
      params.podId,
      terminateAfter: params.terminateAfter,
      stopAfter: params.stopAfter,
      lifetimeSeconds: params.lifetimeSeconds,
      progress: context.progress
    )
    return PodsExtend.Result(pod: pod, warnings: warnings)
  }

  func get(_ params: PodParams, _: RequestContext) async throws -> PodResult {
    PodResult(pod: try await services.pods().get(params.podId))
  }

  func list(_ params: PodsList.Params, _: RequestContext) async throws -> PodPage {
    try await services.pods().list(status: params.status, limit: params.limit, cursor: params.cursor)
  }

  func logs(_ params: PodsLogs.Params, _ context: RequestContext) async throws -> PodsLogs.Result {
    let lines = try await services.pods().logs(
      params.podId,
      source: params.source,
      lines: params.lines,
      follow: params.follow ? .limited(seconds: params.timeoutSeconds) : nil
    ) { lines in
      guard params.follow, !lines.isEmpty, let encoded = try? WireForm.encode(lines) else { return }
      await context.waitForRoom()
      context.notify(
        PodsLogs.notification,
        ["requestId": context.id.json, "podId": .string(params.podId), "lines": encoded]
      )
    }
    return PodsLogs.Result(lines: lines)
  }

  func offers(_ params: PodsOffers.Params, _: RequestContext) async throws -> PodsOffers.Result {
    let query = OfferQuery(
      gpuTypeIds: params.gpuTypeId.values,
      gpuCount: params.gpuCount,
      cloudTypes: params.cloudType.values,
      dataCenterIds: params.dataCenterId.values
    )
    let offers = try await services.pods().offers(query, onlyAvailable: params.available)
    let page = try Page(of: offers, limit: params.limit, cursor: params.cursor)
    return PodsOffers.Result(offers: page.elements, nextCursor: page.nextCursor)
  }

  func reconcile(_ params: PodsReconcile.Params, _ context: RequestContext) async throws -> PodsReconcile.Result {
    let pods = try await services.pods()
    let found = try await pods.reconcile(
      apply: params.apply,
      orphans: params.orphans,
      owner: params.owner,
      progress: context.progress.part(0...0.8)
    )
    let runners = try await services.runners()
    let ghosts = try await runners.ghosts(removing: params.apply, progress: context.progress.part(0.8...1))
    return PodsReconcile.Result(found, ghosts: ghosts)
  }

  func status(_ params: PodParams, _: RequestContext) async throws -> PodStatusReport {
    try await services.pods().status(params.podId)
  }

  func wait(_ params: PodsWait.Params, _ context: RequestContext) async throws -> PodResult {
    let timeout = Duration.limited(seconds: params.timeoutSeconds)
    let pods = try await services.pods()
    return PodResult(pod: try await pods.wait(params.podId, timeout: timeout, progress: context.progress))
  }

  func resume(_ params: PodsResume.Params, _: RequestContext) async throws -> PodResult {
    let pods = try await services.pods()
    return PodResult(
      pod: try await pods.resume(params.podId, gpuCount: params.gpuCount, bidPerGpu: params.bidPerGpu)
    )
  }

  func restart(_ params: PodParams, _: RequestContext) async throws -> PodResult {
    PodResult(pod: try await services.pods().restart(params.podId))
  }

  func update(_ params: PodsUpdate.Params, _: RequestContext) async throws -> PodsUpdate.Result {
    let edit = PodEdit(
      imageName: params.imageName,
      env: params.env,
      ports: params.ports,
      containerDiskInGb: params.containerDiskInGb
    )
    let (pod, isRestarted) = try await services.pods().update(params.podId, edit)
    return PodsUpdate.Result(pod: pod, restarted: isRestarted)
  }

  func stop(_ params: PodParams, _: RequestContext) async throws -> PodResult {
    PodResult(pod: try await services.pods().stop(params.podId))
  }

  func terminate(_ params: PodParams, _ context: RequestContext) async throws -> PodsTerminate.Result {
    let pod = try await services.pods().terminate(params.podId)
    let runners = try await services.runners()
    let ghosts = try await runners.removeGhosts(ofPod: params.podId, progress: context.progress)
    return PodsTerminate.Result(pod: pod, runners: ghosts)
  }

  func watch(_ params: PodsWatch.Params, _ context: RequestContext) async throws -> PodsWatch.Result {
    // Characters: ids are ASCII where they enter.
    let watch = try await services.pods().watch(params.podId.map { Set($0.values) })
    let id = await services.podWatches.add(watch) { change in
      // What cannot be encoded cannot be told; nothing of a pod is of that kind.
      if let params = try? WireForm.encode(change) { context.notify(PodsWatch.DidChange.name, params) }
    }
    return PodsWatch.Result(watchId: id, pods: watch.pods)
  }

  func unwatch(_ params: PodsUnwatch.Params, _: RequestContext) async throws -> PodsUnwatch.Result {
    try await services.podWatches.end(params.watchId)
    return PodsUnwatch.Result()
  }
}
