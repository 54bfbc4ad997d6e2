import Concurrency
import Reporting

/// GraphQL for as long as RunPod serves it, REST from the first "gone" on.
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

  package func account() async throws -> Account { try await run { try await $0.account() } }
  package func offers(_ query: OfferQuery) async throws -> [Offer] { try await run { try await $0.offers(query) } }
  package func pod(id: String) async throws -> RemotePod? { try await run { try await $0.pod(id: id) } }
  package func pods() async throws -> PodList { try await run { try await $0.pods() } }
  package func stop(id: String) async throws -> RemotePod? { try await run { try await $0.stop(id: id) } }
  package func terminate(id: String) async throws { try await run { try await $0.terminate(id: id) } }

  package func lowestBid(toResume id: String) async throws -> Double? {
    try await run { try await $0.lowestBid(toResume: id) }
  }

  package func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    try await run { try await $0.create(request, as: candidate) }
  }

  package func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    try await run { try await $0.resume(id: id, gpuCount: gpuCount, bidPerGpu: bidPerGpu) }
  }

  /// Only REST has logs, and its key is the same.
  package func logs(id: String, from: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws {
    try await rest.logs(id: id, from: from, output: output)
  }

  private var current: any PodProvider { hasMoved.withLock { $0 } ? rest : graphQL }

  /// A call that was answered with "gone" had no effect, so that making it at the other door is no repetition.
  private func run<Result: Sendable>(_ call: (any PodProvider) async throws -> Result) async throws -> Result {
    let provider = current
    do {
      return try await call(provider)
    } catch let failure as Failure where failure.kind == .apiRetired && provider.face == .graphql {
      let isFirst = hasMoved.withLock { hasMoved in
        defer { hasMoved = true }
        return !hasMoved
      }
      if isFirst { notice(Self.words) }
      return try await call(rest)
    }
  }

  private static let words =
    "RunPod has switched its GraphQL API off; its REST API (v2) is used from now on. That one rents no spot pods. "
    + "RUNPOD_API=rest spares the first call."
}
