import FoundationEssentials
import GitHubAPI
import Reporting
import RunPodAPI
import Runners
import SSH
import Simulation
import Workflows

/// The world's doors, as one process opens them.
struct AccountDoor: PodProvider {
  let process: SimulatedProcess
  let account: SimulatedAccount

  func account() async throws -> Account { try await process.perform("RunPod account") { try await account.account() } }

  var face: PodFace { account.face }
  var identity: AccountIdentity { account.identity }
  var url: String { account.url }

  func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    try await process.perform("RunPod create") { try await account.create(request, as: candidate) }
  }

  func offers(_ query: OfferQuery) async throws -> [Offer] {
    try await process.perform("RunPod offers") { try await account.offers(query) }
  }

  func pod(id: String) async throws -> RemotePod? {
    try await process.perform("RunPod pod") { try await account.pod(id: id) }
  }

  func pods() async throws -> PodList { try await process.perform("RunPod list") { try await account.pods() } }

  func stop(id: String) async throws -> RemotePod? {
    try await process.perform("RunPod stop") { try await account.stop(id: id) }
  }

  func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    try await process.perform("RunPod resume") {
      try await account.resume(id: id, gpuCount: gpuCount, bidPerGpu: bidPerGpu)
    }
  }

  func lowestBid(toResume id: String) async throws -> Double? { try await account.lowestBid(toResume: id) }

  func terminate(id: String) async throws {
    try await process.perform("RunPod terminate") { try await account.terminate(id: id) }
  }

  func logs(id: String, from start: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws {
    try await account.logs(id: id, from: start, output: output)
  }
}

struct SiteDoor: PodShell, PodAccess, RunnerRegistry {
  let addressesOfRunners = ["https://api.github.com"]
  let process: SimulatedProcess
  let site: SimulatedSite

  func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult {
    let parameters = SimulatedSite.parameters(of: script)
    let text = try await process.perform("pod \(parameters["command"] ?? "")") {
      try await site.run(podId: podId, parameters)
    }
    await output(ExecOutput(stream: .stdout, bytes: Array(text.utf8)))
    return ExecResult(exitCode: 0, signal: nil, stdout: [], stderr: [], truncated: false)
  }

  func connect(podId: String, progress: Progress) async throws {
    try await process.perform("pod connect") { try await site.reach(podId) }
  }

  func exec(podId: String, _ request: ExecRequest) async throws -> ExecResult {
    try await process.perform("pod exec") { try await site.exec(podId: podId, request.command) }
  }

  func registrationToken(for scope: RunnerScope) async throws -> Secret {
    try await process.perform("GitHub token") { try await site.token() }
  }

  func removeToken(for scope: RunnerScope) async throws -> Secret {
    try await process.perform("GitHub token") { try await site.token() }
  }

  func runners(in scope: RunnerScope, name: String?) async throws -> [GitHubRunner] {
    try await process.perform("GitHub list") { try await site.runners(name: name) }
  }

  func deleteRunner(id: Int, in scope: RunnerScope) async throws {
    try await process.perform("GitHub delete") { try await site.delete(id) }
  }

  func setLabels(_ labels: [String], ofRunner id: Int, in scope: RunnerScope) async throws {
    try await process.perform("GitHub labels") {}
  }

  func recentRunners(in scope: RunnerScope) async throws -> [GitHubRunner] {
    try await runners(in: scope, name: nil)
  }

  func runnerGroupId(named name: String, in scope: RunnerScope) async throws -> Int { 1 }

  func jitRegistration(
    name: String,
    groupId: Int,
    labels: [String],
    in scope: RunnerScope
  ) async throws -> JITRegistration {
    throw Failure(.apiFailure, "Workflows register runners by token.")
  }

  func runnerRelease(
    _ version: String?,
    architecture: String,
    for scope: RunnerScope
  ) async throws -> RunnerRelease {
    try await process.perform("GitHub release") {
      RunnerRelease(version: "2.338.0", fileName: "runner.tar.gz", url: "https://example.com/r", sha256: "00")
    }
  }

  func deprecation(ofRunner version: String, in scope: RunnerScope) async throws -> Date? { nil }
}
