import Concurrency
package import Environment
import FoundationEssentials
import GitHubAPI
import Glibc
import HTTP
package import Pods
import Reporting
import RunPodAPI
package import Runners
import SSH
import ServiceProtocol
import Storage
import Subprocess
import Values
import Workflows

/// What the methods work with, each made at its first use: starting must cost nothing, and the settings are complete
/// only when `initialize` has been heard.
package actor Services {
  private struct Made {
    let settings: Settings
    let database: Database
    let transport: any HTTPTransport
    let ssh: SSHConnections
  }

  /// Seconds between two tries to remove a runner from GitHub, which keeps one that it takes for busy.
  private static let removalPause: TimeInterval = 60

  private var layers: SettingLayers
  let doors: Doors
  private var made: Made?
  private var madePods: PodManager?
  private var madeRunners: RunnerManager?
  private var madeIdentity: Task<String?, any Error>?
  private var madeForwards: PortForwards?
  private var madeWorkflows: WorkflowManager?
  /// Ends overdue pods for as long as this service lives.
  private var keeper: Task<Void, any Error>?
  /// Takes up what dead servers left.
  private var recovery: Task<Void, Never>?
  /// Pods whose creation is being answered.
  private var claims: [String: Task<Void, Never>] = [:]
  /// When to try again to remove the runners of a pod that a deadline ended.
  private var removals: [String: Date] = [:]
  /// Workflows that were started here and whose requests have been answered.
  private var detached: Set<String> = []

  /// Whether what is cancelled from now on is to be left where it can be taken up again, not undone.
  private(set) var isClosing = false
  nonisolated let notices = Notices()
  nonisolated let podWatches = PodWatches()

  /// - Parameter doors: Between the service and the world.
  package init(layers: SettingLayers, doors: Doors = Doors()) {
    self.layers = layers
    self.doors = doors
  }

  /// Takes in the options of `initialize`; those that come after the first use change nothing.
  func adopt(initialize options: [Setting: String]) { layers.initialize = options }

  /// - Throws: `Failure(.configurationInvalid)` when the configuration file cannot be taken,
  ///   `Failure(.environmentIncomplete)` when a secret is where none belongs.
  func settings() throws -> Settings { try basis().settings }

  /// The settings as they are, for people, whatever is wrong with them.
  ///
  /// - Throws: `Failure(.configurationInvalid)` when the configuration file cannot be taken.
  func shownSettings() throws -> Settings {
    var layers = layers
    layers.file = try ConfigurationFile.read(Settings(layers).places.configurationFile)
    return Settings(layers)
  }

  /// - Throws: `Failure(.forbidden)` for a method that changes something while the setting `READ_ONLY` is on.
  nonisolated func admit(_ method: any ServiceMethod.Type) async throws {
    guard method.effect != .reads, try await settings().isOn(.readOnly) else { return }
    throw Failure(
      .forbidden,
      "\(method.name) changes things, which READ_ONLY forbids.",
      hint: "Start runpod-rpc without --read-only and READ_ONLY to allow it.",
      details: ["variable": Setting.readOnly.variable]
    )
  }

  func ssh() throws -> SSHConnections { try basis().ssh }

  func forwards() throws -> PortForwards {
    if let madeForwards { return madeForwards }
    let forwards = PortForwards(try ssh()) { [self] in try await target($0) }
    madeForwards = forwards
    return forwards
  }

  /// - Throws: `Failure(.environmentIncomplete)` when there is no key to RunPod.
  package func pods() async throws -> PodManager {
    if let madePods { return madePods }
    let basis = try basis()
    let clock = RunPodClock(notice: { [notices] in notices.warn($0) })
    let provider = try provider(clock)
    let username = try basis.settings.loginName()
    let identity = try await identity()
    // Another request may have been here while the key was looked for.
    if let madePods { return madePods }
    let pods = PodManager(
      provider: provider,
      store: PodStore(basis.database),
      mirror: basis.settings.podsStateFile.map { path in
        StateFileMirror(path: path, notice: { [notices] in notices.warn($0) })
      },
      textFile: PodsTextFile(path: basis.settings.places.sshConfigFile) { pods in
        try basis.ssh.configuration(ConfigHost.all(pods, username: username, identityFile: identity))
      },
      publicKey: { try await ClientKey.publicLine(identity) },
      owner: Machine.owner,
      budget: try basis.settings.maxCostPerHour(),
      jobGrace: try basis.settings.jobGrace(),
      time: clock.time,
      isTimeKnown: { clock.isKnown },
      script: { [self] in try await run($1, on: $0) },
      wiped: { await basis.ssh.forget(podId: $0) },
      notice: { [notices] in notices.warn($0) },
      probe: { await TCPProbe.banner(host: $0, port: $1, timeout: $2) }
    )
    madePods = pods
    await pods.finishTeardowns()
    keeper = Task { try await pods.keep { [self] in await removeRunnersOfEndedPods() } }
    return pods
  }

  /// Claims a pod once the answer to its creation has been written to its reader.
  func claim(_ podId: String, once context: RequestContext) {
    claims[podId] = Task {
      let isDelivered = await context.waitUntilDelivered()
      try? await pods().claim(podId, isDelivered: isDelivered)
      claims[podId] = nil
    }
  }

  /// Takes the runners of pods that their deadlines ended out of GitHub's list, and says so.
  private func removeRunnersOfEndedPods() async {
    guard (try? settings())?[.githubToken] != nil, let pods = madePods, let runners = try? await runners(),
      let registered = try? await runners.podsWithRegistrations(),
      let ended = try? await pods.endedByDeadline(among: registered)
    else { return }
    for podId in ended where removals[podId].map({ $0 <= Date.now }) ?? true {
      let isFirst = removals.updateValue(Date.now + Self.removalPause, forKey: podId) == nil
      for ghost in (try? await runners.removeGhosts(ofPod: podId)) ?? [] where ghost.removed || isFirst {
        notices.warn(
          "The runner \(ghost.name) of pod \(podId), which its deadline ended, "
            + (ghost.advice.map { "is still in GitHub's list: \($0)" } ?? "was removed from \(ghost.repoUrl).")
        )
      }
    }
  }

  package func runners() async throws -> RunnerManager {
    if let madeRunners { return madeRunners }
    let basis = try basis()
    let runners = RunnerManager(
      shell: doors.shell(SSHPodShell(connections: basis.ssh) { [self] in try await target($0) }),
      github: GitHubClient(
        apiURL: try basis.settings.url(.githubApiUrl) ?? basis.settings.required(.githubApiUrl),
        token: basis.settings[.githubToken].map { Secret($0) },
        transport: basis.transport,
        intake: Intake("GitHub", notice: { [notices] in notices.warn($0) })
      ),
      pods: { [self] in try await allPods() },
      registrations: RegistrationStore(basis.database),
      account: { [self] in try await pods().accountId() },
      workDirectory: try basis.settings.required(.workDir)
    )
    madeRunners = runners
    return runners
  }

  /// Pods for `reap`, which does nothing on a pod and needs no SSH key.
  ///
  /// The state file counts where there is one. Without one, or when it cannot be used, deadlines are those that pods carry.
  func reaper() async throws -> PodManager {
    let settings = try settings()
    var database = Database.inMemory()
    if Glibc.access(settings.places.stateFile, F_OK) == 0 {
      let known = Database(path: settings.places.stateFile)
      do {
        try await known.open()
        database = known
      } catch let failure as Failure {
        notices.warn("\(failure.message) Deadlines are those that the pods carry, which do not tell of later changes.")
      }
    }
    let clock = RunPodClock(notice: { [notices] in notices.warn($0) })
    let pods = PodManager(
      provider: try provider(clock),
      store: PodStore(database),
      mirror: nil,
      publicKey: nil,
      time: clock.time,
      isTimeKnown: { clock.isKnown },
      notice: { [notices] in notices.warn($0) },
      probe: { await TCPProbe.banner(host: $0, port: $1, timeout: $2) }
    )
    madePods = pods
    return pods
  }

  private func provider(_ clock: RunPodClock) throws -> any PodProvider {
    let basis = try basis()
    return try RunPodDoor.open(
      api: try basis.settings.required(.runpodApi),
      url: try basis.settings.url(.runpodApiUrl) ?? basis.settings.required(.runpodApiUrl),
      restURL: try basis.settings.url(.runpodRestUrl),
      apiKey: try basis.settings.secret(.runpodApiKey),
      transport: DatedTransport(basis.transport, clock: clock),
      notice: { [notices] in notices.warn($0) }
    )
  }

  private func allPods() async throws -> [Pod] {
    let manager = try await pods()
    var all: [Pod] = []
    var cursor: String?
    repeat {
      let page = try await manager.list(status: nil, limit: 1000, cursor: cursor)
      all += page.pods
      cursor = page.nextCursor
    } while cursor != nil
    return all
  }

  /// What dead servers left has been taken up by the time this returns.
  func workflows() async throws -> WorkflowManager {
    if let madeWorkflows {
      await recovery?.value
      return madeWorkflows
    }
    let basis = try basis()
    let mode = try basis.settings.recovery()
    let directory = basis.settings.places.ownersDirectory
    let workflows = WorkflowManager(
      journal: WorkflowStore(basis.database),
      owner: try OwnerLock(directory: directory),
      ownersDirectory: directory,
      world: self
    )
    madeWorkflows = workflows
    let recovery = Task { [notices] in
      for left in await workflows.recover(mode) { notices.warn(left.words) }
    }
    self.recovery = recovery
    await recovery.value
    return workflows
  }

  /// Remembers a workflow that nobody waits for, to be finished before the service ends.
  func detach(_ workflow: Workflow) { detached.insert(workflow.id) }

  /// Waits for the workflows that were started here and that nobody waits for.
  func finishDetached() async {
    guard !isClosing, let madeWorkflows else { return }
    for id in detached { _ = try? await madeWorkflows.wait(id, timeout: nil, progress: .silent) }
  }

  /// Takes up what dead servers left, and begins to keep the deadlines of pods, if there is anything: looks at the state
  /// file only when there is one.
  func recover() async {
    guard let settings = try? settings(), Glibc.access(settings.places.stateFile, F_OK) == 0 else { return }
    // What is wrong with the settings is told to whoever calls a method.
    _ = try? await workflows()
    _ = try? await pods()
  }

  /// Where a pod's SSH server is, and how we log in there.
  func target(_ podId: String) async throws -> SSHTarget {
    let endpoint = try await pods().endpoint(podId)
    guard let host = HostName(rawValue: endpoint.host), let port = PortNumber(rawValue: endpoint.port) else {
      throw Failure(
        .sshUnreachable,
        "Pod \(podId) has no usable address: \("\(endpoint.host):\(endpoint.port)".visible).",
        hint: "Ask RunPod for its present address with pods/get.",
        resources: ["podId": podId]
      )
    }
    return SSHTarget(
      podId: podId,
      host: host,
      port: port,
      username: try settings().loginName(),
      identityFile: try await identity()
    )
  }

  /// The exit code of a script on a pod, which gets it on a shell's standard input.
  private func run(_ script: [UInt8], on podId: String) async throws -> Int {
    let request = ExecRequest(command: "exec sh -s", stdin: script, timeout: .seconds(60), captureLimit: 4096)
    return try await ssh().exec(target(podId), request).exitCode ?? -1
  }

  /// The values of all settings that are secret, or hold a secret that does not belong there, as far as they are known by now.
  func secrets() -> [String] {
    var layers = layers
    layers.file = (try? ConfigurationFile.read(Settings(layers).places.configurationFile)) ?? [:]
    return Setting.all.flatMap { setting in
      ([layers.flags, layers.initialize, layers.file].compactMap { $0[setting] }
        + [layers.environment[setting.variable]].compactMap { $0 })
        .filter { setting.isSecret || MisplacedSecret.isLikely($0) }
    }
  }

  /// The private key that opens the pods, nil for what the SSH client finds itself: the same for the whole session.
  private func identity() async throws -> String? {
    if let madeIdentity { return try await madeIdentity.value }
    let settings = try settings()
    let task = Task<String?, any Error> {
      // In a configuration of their own users name their own keys.
      if settings.usesOwnSSHConfig { return settings.sshKeyPath }
      return try await Identity.choose(settings.sshKeyPath, stateDirectory: settings.places.stateDirectory)
    }
    madeIdentity = task
    do {
      return try await task.value
    } catch {
      madeIdentity = nil
      throw error
    }
  }

  /// The same with the address that RunPod tells now; nil when it tells none.
  private func renewed(_ target: SSHTarget) async -> SSHTarget? {
    guard let pod = try? await pods().get(target.podId) else { return nil }
    return SSHTarget(pod, username: target.username, identityFile: target.identityFile)
  }

  /// Looks at everything that the service needs, whatever is wrong with it.
  func examine() async -> [EnvironmentCheck] {
    var layers = layers
    var configuration: Failure?
    do {
      layers.file = try ConfigurationFile.read(Settings(layers).places.configurationFile)
    } catch {
      configuration = error as? Failure
    }
    let settings = Settings(layers)
    let database = made?.database ?? Database(path: settings.places.stateFile)
    var key: Failure?
    do {
      if settings.values.allSatisfy({ !$0.isMisplacedSecret }) {
        _ = try await ClientKey.publicLine(settings.sshKeyPath)
      }
    } catch {
      key = error as? Failure
    }
    return await EnvironmentDoctor(settings: settings, configuration: configuration, key: key, database: database)
      .examine()
  }

  func beginClosing() { isClosing = true }

  /// Waits for what must not be broken off, and ends all connections.
  package func close() async {
    keeper?.cancel()
    await podWatches.close()
    for claim in claims.values { await claim.value }
    await madeWorkflows?.close()
    await recovery?.value
    await madePods?.close()
    await madeForwards?.closeAll()
    await made?.ssh.close()
    await made?.database.close()
  }

  private func basis() throws -> Made {
    if let made { return made }
    layers.file = try ConfigurationFile.read(Settings(layers).places.configurationFile)
    let settings = Settings(layers)
    try settings.check()
    let made = Made(
      settings: settings,
      database: Database(
        path: settings.places.stateFile,
        witness: doors.write,
        notice: { [notices] in notices.warn($0) }
      ),
      transport: doors.transport(
        CurlTransport(configuration: .init(version: Registry.version, environment: layers.environment))
      ),
      ssh: SSHConnections(
        settings: SSHSettings(
          stateDirectory: settings.places.stateDirectory,
          runtimeDirectory: settings.places.runtimeDirectory,
          userConfig: settings.usesOwnSSHConfig
        ),
        renewed: { [self] in await renewed($0) },
        pinned: { [self] in await madePods?.refreshTextFile() },
        notice: { [notices] in notices.warn($0) }
      )
    )
    self.made = made
    return made
  }
}

extension Workflow {
  /// That someone has to decide what becomes of it.
  fileprivate var words: String {
    "The service that ran workflow \(id) (\(kind.rawValue)) is gone: workflows/resume goes on with it, "
      + "workflows/cancel undoes it."
  }
}
