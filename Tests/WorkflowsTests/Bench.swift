import Concurrency
import FoundationEssentials
import Glibc
import Pods
import Reporting
import RunPodAPI
import Runners
import Simulation
import Storage
import Subprocess
import Testing

@testable import Workflows

/// A directory with the state that servers share, and the world that they work on.
final class Bench: Sendable {
  let clock = JumpClock()
  /// By how much our clock is ahead of RunPod's, in seconds.
  private let lead = Locked<TimeInterval>(0)
  let account: SimulatedAccount
  let site: SimulatedSite
  let directory: String
  private let servers = Locked<[Server]>([])

  var stateFile: String { "\(directory)/state.sqlite" }
  var ownersDirectory: String { "\(directory)/owners" }

  init() throws {
    account = SimulatedAccount(now: { [clock, lead] in clock.now - lead.withLock { $0 } })
    site = SimulatedSite(account: account)
    // Thousands of flushes are no test of the disk.
    let memory = "/dev/shm"
    let base = access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
    directory = "\(base)/workflows-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  /// Our clock is set, and nobody else's.
  func jump(_ seconds: TimeInterval) {
    lead.withLock { $0 += seconds }
    clock.advance(seconds)
  }

  /// A server that lives, or goes the way of `plan`.
  func server(
    catalog: WorkflowCatalog = .tested,
    onDeath: @escaping @Sendable () -> Void = {},
    plan: @escaping @Sendable (SimulatedProcess.Moment) -> SimulatedProcess.Fate = { _ in .go }
  ) throws -> Server {
    let server = try Server(self, catalog, process: SimulatedProcess(onDeath: onDeath, plan: plan))
    servers.withLock { $0.append(server) }
    return server
  }

  /// Runs a workflow to its end on a server that lives.
  func done(_ request: WorkflowRequest) async throws -> Workflow {
    let server = try server()
    let id = try await server.manager.start(request).id
    let workflow = try await server.manager.wait(id, timeout: nil, progress: .silent)
    await server.manager.close()
    return workflow
  }

  /// Ends all that servers still do, and removes the directory.
  func clear() async {
    for server in servers.withLock({ $0 }) { await server.process.release() }
    try? FileManager.default.removeItem(atPath: directory)
  }
}

func withBench<Result>(_ body: (Bench) async throws -> Result) async throws -> Result {
  let bench = try Bench()
  do {
    let result = try await body(bench)
    await bench.clear()
    return result
  } catch {
    await bench.clear()
    throw error
  }
}

extension WorkflowCatalog {
  /// Those of the service, and one of our own.
  static let tested = WorkflowCatalog(all.definitions + [RunErrand.self])
}

/// One server process: its own connection to the shared state, its own managers.
struct Server: Sendable {
  let process: SimulatedProcess
  let world: World
  let manager: WorkflowManager
  private let lockFile: String

  init(_ bench: Bench, _ catalog: WorkflowCatalog, process: SimulatedProcess) throws {
    self.process = process
    let database = Database(path: bench.stateFile) { moment in
      try await process.pass("write", moment == .before ? .before : .after)
    }
    world = World(bench, process, database)
    let owner = try OwnerLock(directory: bench.ownersDirectory)
    lockFile = "\(bench.ownersDirectory)/\(owner.id).lock"
    manager = WorkflowManager(
      journal: WorkflowStore(database),
      owner: owner,
      ownersDirectory: bench.ownersDirectory,
      world: world,
      catalog: catalog,
      time: bench.clock.time
    )
  }

  /// What the kernel does when the process has died.
  func bury() async {
    await process.settle()
    unlink(lockFile)
  }
}

/// What the workflows of one server work with.
struct World: WorkflowWorld {
  let podManager: PodManager
  let runnerManager: RunnerManager
  let door: SiteDoor
  let hasKey = Locked(true)
  /// Resolved, a pod is lost.
  let loss = Eventual<Failure>()

  init(_ bench: Bench, _ process: SimulatedProcess, _ database: Database) {
    door = SiteDoor(process: process, site: bench.site)
    podManager = PodManager(
      provider: AccountDoor(process: process, account: bench.account),
      store: PodStore(database),
      mirror: nil,
      publicKey: nil,
      time: bench.clock.time,
      probe: { _, _, _ in .banner("SSH-2.0-OpenSSH_9.2p1") }
    )
    runnerManager = RunnerManager(
      shell: door,
      github: door,
      workDirectory: "/opt/actions-runner",
      time: bench.clock.time
    )
  }

  func pods() async throws -> PodManager {
    guard hasKey.withLock({ $0 }) else { throw Failure(.environmentIncomplete, "RUNPOD_API_KEY is not set.") }
    return podManager
  }

  func runners() async throws -> RunnerManager { runnerManager }
  func access() async throws -> any PodAccess { door }

  func requireRunnerTools(token: Secret?) {}

  func loss(of podId: String) async throws -> Failure { try await loss.wait() }
}
