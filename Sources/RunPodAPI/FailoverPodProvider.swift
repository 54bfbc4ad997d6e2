import Concurrency
package import Reporting

/// GraphQL for as long as RunPod serves it to this key, REST from the first refusal on that REST does not share: GraphQL is
/// retired, the key's settings leave it out, or it takes no more calls.
package final class FailoverPodProvider: PodProvider {
  private let graphQL: any PodProvider
  private let rest: any PodProvider
  private let hasMoved = Locked(false)
  private let notice: @Sendable (String) -> Void

  /// - Parameter notice: Told once, when GraphQL is given up, what that means.
  package init(
    graphQL: any PodProvider,
    rest: any PodProvider,
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.graphQL = graphQL
    self.rest = rest
    self.notice = notice
  }

  package var face: PodFace { current.face }
  package var url: String { current.url }
  package var identity: AccountIdentity { graphQL.identity }

  package func account() async throws -> Account { try await run { try await $0.account() } }
  package func offers(_ query: OfferQuery) async throws -> [Offer] { try await run { try await $0.offers(query) } }
  package func pod(id: String) async throws -> RemotePod? { try await run { try await $0.pod(id: id) } }
  package func pods() async throws -> PodList { try await run { try await $0.pods() } }
  package func stop(id: String) async throws -> RemotePod? { try await run { try await $0.stop(id: id) } }
  package func terminate(id: String) async throws { try await run { try await $0.terminate(id: id) } }

  package func sshKeys() async throws -> [String] { try await run { try await $0.sshKeys() } }

  package func lowestBid(toResume id: String) async throws -> Double? {
    try await run { try await $0.lowestBid(toResume: id) }
  }

  package func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    try await run { try await $0.create(request, as: candidate) }
  }

  package func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    try await run { try await $0.resume(id: id, gpuCount: gpuCount, bidPerGpu: bidPerGpu) }
  }

  package func cpuOffer(flavorId: String, vcpuCount: Int) async throws -> CPUOffer {
    try await run { try await $0.cpuOffer(flavorId: flavorId, vcpuCount: vcpuCount) }
  }

  /// Only REST restarts in place, and its key is the same.
  package func restart(id: String) async throws -> RemotePod? { try await rest.restart(id: id) }

  package func update(id: String, _ edit: PodEdit) async throws -> RemotePod? {
    try await run { try await $0.update(id: id, edit) }
  }

  package func networkVolumes() async throws -> [NetworkVolume] { try await run { try await $0.networkVolumes() } }

  package func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume {
    try await run { try await $0.createNetworkVolume(name: name, sizeInGb: sizeInGb, dataCenterId: dataCenterId) }
  }

  package func deleteNetworkVolume(id: String) async throws {
    try await run { try await $0.deleteNetworkVolume(id: id) }
  }

  package func templates() async throws -> [PodTemplate] { try await run { try await $0.templates() } }

  package func registryCredentials() async throws -> [RegistryCredential] {
    try await run { try await $0.registryCredentials() }
  }

  package func createRegistryCredential(
    name: String,
    username: String,
    password: Secret
  ) async throws -> RegistryCredential {
    try await run { try await $0.createRegistryCredential(name: name, username: username, password: password) }
  }

  package func deleteRegistryCredential(id: String) async throws {
    try await run { try await $0.deleteRegistryCredential(id: id) }
  }

  /// Only REST has logs, and its key is the same.
  package func logs(id: String, from: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws {
    try await rest.logs(id: id, from: from, output: output)
  }

  private var current: any PodProvider { hasMoved.withLock { $0 } ? rest : graphQL }

  /// A call that was refused so had no effect, and making it by REST does not repeat it.
  private func run<Result: Sendable>(_ call: (any PodProvider) async throws -> Result) async throws -> Result {
    let provider = current
    do {
      return try await call(provider)
    } catch let failure as Failure where provider.face == .graphql {
      guard let reason = failure.reasonToLeaveGraphQL else { throw failure }
      do {
        let result = try await call(rest)
        move(because: reason)
        return result
      } catch let other as Failure {
        // REST refuses the same: the first answer is the one about the key.
        if failure.kind != .apiRetired, other.isOfNoAPI { throw failure }
        move(because: reason)
        throw other
      }
    }
  }

  private func move(because reason: String) {
    let isFirst = hasMoved.withLock { hasMoved in
      defer { hasMoved = true }
      return !hasMoved
    }
    guard isFirst else { return }
    notice(
      "\(reason); RunPod's REST API (v2) is used from now on. It rents no spot pods. RUNPOD_API=rest spares the first call."
    )
  }
}

extension Failure {
  /// What GraphQL's refusal says about GraphQL alone; nil when REST would be no better.
  fileprivate var reasonToLeaveGraphQL: String? {
    switch kind {
    case .apiRetired: "RunPod has switched its GraphQL API off"
    // Settings of a key give or take GraphQL by itself: https://docs.runpod.io/get-started/api-keys
    case .forbidden where details["gateway"] == nil: "This key may not use RunPod's GraphQL API"
    case .rateLimited: "RunPod's GraphQL API takes no more calls for now"
    default: nil
    }
  }

  /// Whether REST has not taken the call at all.
  fileprivate var isOfNoAPI: Bool {
    [.apiFailure, .apiRetired, .forbidden, .networkFailure, .rateLimited, .timeout, .unauthorized].contains(kind)
  }
}
