package import Concurrency
package import FoundationEssentials
package import Reporting
package import RunPodAPI
import Values

/// A RunPod account in memory: pods with RunPod's timeline, and every way in which a call can go wrong.
package actor SimulatedAccount: PodProvider {
  package nonisolated var face: PodFace { currentFace.withLock { $0 } }
  package nonisolated var url: String { "https://api.example/\(face.rawValue)" }
  package nonisolated let currentFace: Locked<PodFace>
  package nonisolated let identity: AccountIdentity

  /// What becomes of one call.
  package enum Fate: Sendable {
    case done
    /// Refused before anything has happened.
    case refused(Failure)
    /// The answer is lost; `happens` tells whether the effect takes place all the same.
    case unanswered(happens: Bool)
    /// The effect takes place, and RunPod answers with an error.
    case deniedYetDone
  }

  package struct SimulatedPod {
    package var remote: RemotePod
    package var started: Date
    package var visible: Date
    package var publicPort: Int
    package var isResumed = false
    /// When its container has begun anew by itself.
    package var restarted: Date?
  }

  /// Seconds from the start of a pod.
  package var listDelay: TimeInterval = 0
  package var runtimeDelay: TimeInterval = 5
  package var portDelay: TimeInterval = 25
  package var hasPublicPort = true
  package var costPerHour = 0.2
  /// Seconds after a resume in which the runtime of before is shown.
  package var staleDelay: TimeInterval = 0
  /// Done before the second list is made.
  package var onSecondList: (@Sendable (isolated SimulatedAccount) -> Void)?
  /// Whose key is used; nil: the API does not say.
  package var userId: String? = "me"
  /// Done when it tells whose key it is.
  package var onAccount: (@Sendable () -> Void)?
  /// Numbers of list calls (1 is the first) in which every runtime is missing.
  package var blindCalls: Set<Int> = []

  /// Whether lists hold every entry of their answer.
  package var listsAreComplete = true

  package private(set) var pods: [String: SimulatedPod] = [:]
  package private(set) var calls: [String: Int] = [:]
  /// How often a pod was asked for under a name, refusals left out.
  package private(set) var createdNames: [String: Int] = [:]
  package private(set) var lastRequest: PodRequest?
  package private(set) var candidates: [PodCandidate] = []
  package var offers: [Offer] = []
  package var lowestBid: Double?
  package var logs: [String: [String]] = [:]
  package private(set) var bids: [Double?] = []
  private var fates: [String: [Fate]] = [:]
  private let now: @Sendable () -> Date
  private var lastNumber = 0

  /// - Parameter fingerprint: Of the key.
  package init(face: PodFace = .graphql, fingerprint: String = "key", now: @escaping @Sendable () -> Date) {
    currentFace = Locked(face)
    identity = AccountIdentity(fingerprint: fingerprint)
    self.now = now
  }

  /// The fates of the next calls of an operation, in order; those after them are done.
  package func prepare(_ operation: String, _ fates: Fate...) { self.fates[operation, default: []] += fates }

  /// From now on, every call is done.
  package func forgetFates() { fates = [:] }

  package func set(_ change: @Sendable (isolated SimulatedAccount) -> Void) { change(self) }

  package func change(_ id: String, _ change: @Sendable (inout SimulatedPod) -> Void) {
    if var pod = pods[id] {
      change(&pod)
      pods[id] = pod
    }
  }

  /// Shows another key's pods: it is of the same account.
  package func take(from other: SimulatedAccount) async { pods = await other.pods }

  package func remove(_ id: String) { pods[id] = nil }

  package func rename(_ id: String, _ name: String) { pods[id]?.remote.name = name }

  package func account() async throws -> Account {
    try perform("account") {
      onAccount?()
      identity.hear(userId: userId)
      return Account(id: userId)
    }
  }

  package func offers(_ query: OfferQuery) async throws -> [Offer] { try perform("offers") { offers } }

  /// A pod that somebody else has made.
  package func createByHand(_ name: String = "by hand", env: [String: String] = [:]) async throws -> RemotePod {
    var request = PodRequest(name: name, imageName: "x", gpuTypeIds: ["y"])
    request.env = env
    return try await create(request, as: PodCandidate(gpuTypeId: "y", isSpot: false))
  }

  package func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    lastRequest = request
    candidates.append(candidate)
    if case .refused = fates["create"]?.first {} else { createdNames[request.name, default: 0] += 1 }
    return try perform("create") {
      lastNumber += 1
      var remote = RemotePod(id: "pod\(lastNumber)", name: request.name, desiredStatus: "RUNNING")
      remote.lastStatusChange = "Rented by User"
      remote.imageName = request.imageName
      remote.machineId = "machine\(lastNumber)"
      remote.gpuCount = request.gpuCount
      remote.costPerHour = costPerHour
      remote.tag = PodTag(environment: request.env)
      pods[remote.id] = SimulatedPod(
        remote: remote,
        started: now(),
        visible: now() + listDelay,
        publicPort: 10_000 + lastNumber
      )
      // As RunPod does when it is asked for few fields.
      remote.name = ""
      return remote
    }
  }

  package func pod(id: String) async throws -> RemotePod? { try perform("pod") { pods[id].map(shown) } }

  package func pods() async throws -> PodList {
    if calls["pods"] == 1 { onSecondList?(self) }
    return try perform("pods") {
      identity.hear(userId: userId)
      return PodList(listed(), isComplete: listsAreComplete)
    }
  }

  private func listed() -> [RemotePod] {
    pods.values.filter { $0.visible <= now() }.map { pod in
      var remote = shown(pod)
      if blindCalls.contains(calls["pods"] ?? 0) { remote.runtime = nil }
      return remote
    }
  }

  package func stop(id: String) async throws -> RemotePod? {
    try perform("stop") {
      guard pods[id] != nil else { throw Failure(.notFound, "Attempted to stop pod that does not exist") }
      pods[id]?.remote.desiredStatus = "EXITED"
      pods[id]?.remote.lastStatusChange = "Exited by user"
      return pods[id].map(shown)
    }
  }

  package func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    bids.append(bidPerGpu)
    return try perform("resume") {
      pods[id]?.remote.desiredStatus = "RUNNING"
      pods[id]?.started = now()
      pods[id]?.publicPort += 1000
      pods[id]?.isResumed = true
      return pods[id].map(shown)
    }
  }

  package func lowestBid(toResume id: String) async throws -> Double? { try perform("lowestBid") { lowestBid } }

  package func terminate(id: String) async throws { try perform("terminate") { pods[id] = nil } }

  package func logs(
    id: String,
    from start: PodLogStart,
    output: @escaping @Sendable (PodLogLine) -> Void
  ) async throws {
    try perform("logs") {
      guard pods[id] != nil else { throw Failure(.notFound, "pod not found") }
      for text in logs[id] ?? [] { output(PodLogLine(time: "", source: .system, text: text)) }
    }
  }

  private func perform<Result>(_ operation: String, _ effect: () throws -> Result) throws -> Result {
    calls[operation, default: 0] += 1
    let fate = fates[operation]?.isEmpty == false ? fates[operation]?.removeFirst() ?? .done : .done
    switch fate {
    case .done: return try effect()
    case .refused(let failure): throw failure
    case .unanswered(let happens):
      if happens { _ = try effect() }
      throw Failure(.ambiguousOutcome, "The connection was cut before the answer came.")
    case .deniedYetDone:
      _ = try effect()
      throw Failure(.apiFailure, "Something went wrong. Please try again later or contact support.")
    }
  }

  private func shown(_ pod: SimulatedPod) -> RemotePod {
    var remote = pod.remote
    let age = now().timeIntervalSince(pod.started)
    let isStale = pod.isResumed && age < staleDelay
    guard age >= runtimeDelay || isStale else { return remote }
    let port = RemotePod.Runtime.Port(
      ip: HostName(rawValue: "203.0.113.7"),
      isIpPublic: true,
      privatePort: 22,
      publicPort: PortNumber(rawValue: isStale ? pod.publicPort - 1000 : pod.publicPort),
      type: "tcp"
    )
    let hasPort = hasPublicPort && (age >= portDelay || isStale)
    remote.runtime = RemotePod.Runtime(
      uptimeInSeconds: Int(now().timeIntervalSince(pod.restarted ?? pod.started)),
      ports: hasPort ? [port] : []
    )
    return remote
  }
}
