import Concurrency
import Outside
import Reporting
import RunPodAPI

/// What a request means to RunPod, and in which ways it can be met.
extension PodManager {
  /// The request with RunPod's own names, and the calls to make for it.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for names and ids that RunPod does not know.
  func plan(for request: PodRequest, progress: Progress) async throws -> (PodRequest, CapacityPlan) {
    var request = try await attached(request)
    if let flavorId = request.cpuFlavorId {
      let offer = try await provider.cpuOffer(flavorId: flavorId, vcpuCount: request.vcpuCount ?? 2)
      return (request, CapacityPlan(request, face: provider.face, cpu: offer))
    }
    progress.report("Looking at what RunPod has", fraction: 0.05)
    var offers: [Offer]?
    do {
      offers = try await look(request.offerQuery)
    } catch let failure as Failure {
      // The offers spare calls; without them every candidate is asked for under the name that it was given.
      guard !request.needsOffers(face: provider.face, hasBudget: budget != nil), !failure.isFinal else { throw failure }
    }
    if let known = offers, !known.isEmpty {
      request.gpuTypeIds = try await longNames(of: request.gpuTypeIds, among: known, progress: progress)
    } else {
      offers = nil
    }
    return (request, CapacityPlan(request, face: provider.face, offers: offers))
  }

  private func longNames(of names: [String], among offers: [Offer], progress: Progress) async throws -> [String] {
    var offers = offers
    if names.contains(where: { GPUName.matches($0, among: offers).isEmpty }) {
      // RunPod may have it elsewhere than where it was asked for.
      offers += try await look(OfferQuery())
    }
    var long: [String] = []
    for name in names {
      let id = try GPUName.resolve(name, among: offers)
      if id.bytes != name.bytes { progress.report("\"\(name)\" is \"\(id)\"", fraction: 0.08) }
      if !long.map(\.bytes).contains(id.bytes) { long.append(id) }
    }
    return long
  }

  /// The request with what follows from the network volume and the credentials that it names.
  private func attached(_ request: PodRequest) async throws -> PodRequest {
    var request = request
    if let id = request.containerRegistryAuthId {
      let known = try await provider.registryCredentials().map(\.id)
      if !known.map(\.bytes).contains(id.bytes) { throw Failure.unknown("containerRegistryAuthId", id, among: known) }
    }
    guard let id = request.networkVolumeId else { return request }
    let volumes = try await provider.networkVolumes()
    guard let volume = volumes.first(where: { $0.id.bytes == id.bytes }) else {
      throw Failure.unknown("networkVolumeId", id, among: volumes.map(\.id))
    }
    guard request.dataCenterIds.isEmpty || request.dataCenterIds.map(\.bytes).contains(volume.dataCenterId.bytes) else {
      throw Failure(
        .configurationInvalid,
        "Network volume \(id) is in \(volume.dataCenterId), and dataCenterId is "
          + request.dataCenterIds.joined(separator: ", ") + ".",
        hint: "Leave dataCenterId out: a network volume pins it."
      )
    }
    request.dataCenterIds = [volume.dataCenterId]
    request.cloudTypes = ["SECURE"]
    return request
  }

  func look(_ query: OfferQuery) async throws -> [Offer] {
    let answer = try await looks.value(query) { [provider] in
      do {
        return .success(try await provider.offers(query))
      } catch let failure as Failure {
        return .failure(failure)
      }
    }
    return try answer.get()
  }

  /// The limit of all pods together, with what RunPod says that others than those in the state file cost.
  ///
  /// - Throws: `Failure` when the account cannot be looked at: the limit could not be kept then.
  func accountBudget() async throws -> Budget? {
    guard let budget else { return nil }
    let look = try await poller.pods(.urgent)
    guard look.isComplete else {
      throw Failure(
        .apiFailure,
        "MAX_COST_PER_HOUR cannot be kept: RunPod's list of pods is not whole.",
        hint: "Try again, or unset MAX_COST_PER_HOUR."
      )
    }
    let running = look.pods.values.filter { $0.desiredStatus == "RUNNING" }
    return Budget(limit: budget, unseen: try await books.costPerHour(ofUnknown: Array(running)))
  }

  /// What goes into a new pod's `PUBLIC_KEY`: our key, and those of the account, which RunPod leaves out as soon as a request
  /// has a key of its own, and with them everybody else of the team.
  ///
  /// - Throws: What is wrong with our key.
  func publicKeys(for request: PodRequest) async throws -> String? {
    guard request.env["PUBLIC_KEY"] == nil, let publicKey = try await publicKey?() else { return nil }
    guard request.startSsh else { return publicKey }
    // A key that may not read the account rents pods all the same.
    let others = try? await accountKeys.value(provider.url) { [provider] in try await provider.sshKeys() }
    return PublicKeyLines.joined([publicKey] + (others ?? []))
  }
}
