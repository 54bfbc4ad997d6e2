package import Concurrency
import FoundationEssentials
import Outside
import Pods
package import Reporting
package import Storage

/// Workflows: starts them, follows them, ends them, and takes up those whose server has died.
///
/// Each is in the journal from before its first step, and is run by one server at a time. The journal is shared: what
/// other servers run can be listed, followed, awaited and cancelled as well.
package actor WorkflowManager {
  static let longestPage = 1000

  let desk: WorkflowDesk
  private let lock: OwnerLock
  /// Looks after what other servers write, while anyone here cares.
  private var patrol: Task<Void, Never>?

  var journal: Journal { desk.journal }

  /// - Parameters:
  ///   - owner: This server's lock: for as long as it is held, nobody else takes up what this server runs.
  ///   - ownersDirectory: Where the locks of all servers are.
  package init(
    journal: WorkflowStore,
    owner: OwnerLock,
    ownersDirectory: String,
    world: any WorkflowWorld,
    catalog: WorkflowCatalog = .all,
    time: TimeSource = .system
  ) {
    lock = owner
    desk = WorkflowDesk(
      journal: Journal(store: journal, owner: owner.id, ownersDirectory: ownersDirectory, time: time),
      catalog: catalog,
      world: world,
      time: time
    )
  }

  /// Starts a workflow. It is in the journal when this returns, and goes on by itself.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for what cannot work, `.environmentIncomplete` when a key is missing,
  ///   before anything is done; `.notFound` and `.conflict` for a fleet to tear down that is not there or still at work.
  package func start(_ request: WorkflowRequest) async throws -> Workflow {
    try await request.check(desk.world)
    guard !desk.runs.isClosing else { throw Failure(.busy, "The service is closing.", hint: "Start another one.") }
    try await desk.checkWorld()
    // Characters: letters and digits of ASCII.
    let id = "wf-" + String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0" })
    try await request.start(id, desk)
    keepPatrol()
    return try await get(id)
  }

  /// What setting up a fleet would do now, in the form of its result; nothing is done.
  ///
  /// - Throws: What `start` throws.
  package func plan(_ fleet: FleetSetup) async throws -> [FleetResult.Member] {
    try await WorkflowRequest.setupFleet(fleet).check(desk.world)
    let previous = try await desk.previous(about: try await SetupFleet.subject(of: fleet, at: desk))
    return try await desk.plan(for: fleet, after: previous).outline(fleet.members.map(\.terms.runnerName))
  }

  /// - Throws: `Failure(.notFound)`.
  package func get(_ id: String) async throws -> Workflow { try Workflow(await record(id)) }

  /// A page of the journal, newest first, without the members of fleets.
  ///
  /// - Parameters:
  ///   - state: Only those in this state.
  ///   - limit: How many at most, up to 1000.
  ///   - cursor: The `nextCursor` of the page before.
  package func list(state: WorkflowState?, limit: Int, cursor: String?) async throws -> WorkflowPage {
    // Without a key, it cannot be told whose workflows they are: all are listed.
    let account = try? await desk.world.pods().accountId()
    let page = try await journal.store.list(
      state: state?.rawValue,
      account: account,
      cursor: cursor,
      limit: min(max(1, limit), Self.longestPage)
    )
    var others = 0
    if let account { others = try await journal.store.countOfOthers(than: account) }
    return WorkflowPage(
      workflows: try page.workflows.map { try Workflow($0) },
      nextCursor: page.nextCursor,
      otherAccounts: others > 0 ? others : nil
    )
  }

  /// The workflows that this server is at work on, without the members of fleets.
  package func here() async throws -> [Workflow] {
    try await journal.store.unfinished().filter { desk.runs.holds($0.id) }.map { try Workflow($0) }
  }

  /// Has a workflow undone, whoever runs it, and returns when that is over; at once when it is over already.
  ///
  /// The wish is in the journal: it is met also if this server dies before it is.
  ///
  /// - Parameter progress: Hears how the undoing goes.
  package func cancel(_ id: String, progress: Progress = .silent) async throws -> Workflow {
    _ = try await beginCancelling(id)
    return try await wait(id, timeout: nil, progress: progress)
  }

  /// Has a workflow undone, as `cancel` does, and returns when that has begun.
  package func beginCancelling(_ id: String) async throws -> Workflow {
    let known = try await record(id)
    try refusePart(known)
    if !isOver(known), isOrphan(known), let refusal = try await refusal(of: known) { throw refusal }
    try await journal.wishCancellation(id)
    desk.runs.stop(.cancel) { $0.bytes == id.bytes }
    let now = try await record(id)
    if !isOver(now), isOrphan(now) { try await takeOver(now) }
    return try await get(id)
  }

  /// Takes up a workflow that nobody is at work on; one that is running is left alone.
  ///
  /// - Throws: `Failure(.conflict)` when it is over, `Failure(.notFound)`.
  package func resume(_ id: String) async throws -> Workflow {
    let known = try await record(id)
    try refusePart(known)
    guard !isOver(known) else {
      throw Failure(.conflict, "Workflow \(id) is over: it has \(known.state).", hint: "Start a new one.")
    }
    if isOrphan(known) { try await takeOver(known) }
    return try await get(id)
  }

  /// Takes up what has no living server. Can be called at any time, and by any number of servers.
  ///
  /// Without keys to RunPod, everything is left as it is: then neither going on nor undoing could work. So is what belongs to
  /// another RunPod account than the key's.
  ///
  /// - Returns: What nobody is at work on all the same, for someone to decide about.
  @discardableResult
  package func recover(_ mode: RecoveryMode) async -> [Workflow] {
    let states = [WorkflowState.running, .interrupted].map(\.rawValue)
    // A journal that cannot be read now can be at the next start.
    guard let records = try? await journal.store.unfinished(states: states) else { return [] }
    let cause = Failure(.cancelled, "The service that ran the workflow died.", retryable: true)
    var left: [Workflow] = []
    for record in records where isOrphan(record) {
      if (try? await refusal(of: record)) != nil { continue }
      let isDecided = mode != .ask || record.wish != nil
      if isDecided, (try? await takeOver(record, cause: mode == .undo ? cause : nil)) != nil { continue }
      try? await journal.abandon(record)
      if let workflow = try? await get(record.id), workflow.state == .interrupted { left.append(workflow) }
    }
    return left
  }

  /// Leaves what runs here in the journal, at the next point where that is safe, for the next server to take up.
  package func close() async {
    await desk.runs.close()
    patrol?.cancel()
    await patrol?.value
  }

  // MARK: Parts

  func record(_ id: String) async throws -> WorkflowRecord {
    if let record = try await journal.store.get(id) { return record }
    throw Failure(
      .notFound,
      "There is no workflow \(id).",
      hint: "List the workflows to see their ids.",
      details: ["workflowId": id]
    )
  }

  /// Starts the patrol if it has ended.
  func keepPatrol() {
    guard patrol == nil else { return }
    patrol = Task { await patrolWhileNeeded() }
  }

  private func patrolWhileNeeded() async {
    while !desk.runs.isEmpty || journal.bells.hasListeners {
      // On the machine's own clock: it is other processes that are looked after.
      do { try await Task.sleep(for: .seconds(1)) } catch { break }
      if let wishes = try? await journal.store.wishes(for: lock.id) {
        desk.runs.stop(.cancel) { id in wishes.contains { $0.bytes == id.bytes } }
      }
      journal.bells.ringAll()
    }
    patrol = nil
  }

  private func takeOver(_ record: WorkflowRecord, cause: Failure? = nil) async throws {
    try await desk.checkWorld()
    if let refusal = try await refusal(of: record) { throw refusal }
    _ = try await desk.takeOver(record, cause: cause)
    keepPatrol()
  }

  /// Why the key in use cannot go on with a workflow: it works in another RunPod account. nil when it does not.
  private func refusal(of record: WorkflowRecord) async throws -> Failure? {
    let pods = try await desk.world.pods()
    for isListed in [false, true] {
      // The list shows whether the key is a new one of the same account.
      if isListed { _ = try? await pods.live() }
      let account = try await pods.accountId()
      // What was entered under a key's name moves to the account's once RunPod has told it.
      guard let owner = try await self.record(record.id).account, owner.bytes != account.bytes else { return nil }
      if isListed { return Failure.otherAccount(record.id, owner: owner, current: account) }
    }
    return nil
  }

  /// Whether nobody is at work on a workflow that is not over.
  private func isOrphan(_ record: WorkflowRecord) -> Bool {
    record.owner?.bytes == lock.id.bytes ? !desk.runs.holds(record.id) : !journal.isOwned(record)
  }

  private func isOver(_ record: WorkflowRecord) -> Bool { WorkflowState(rawValue: record.state)?.isOver ?? true }

  private func refusePart(_ record: WorkflowRecord) throws {
    guard let parent = record.parent else { return }
    throw Failure(
      .conflict,
      "Workflow \(record.id) is a part of \(parent).",
      hint: "Cancel or resume \(parent).",
      details: ["workflowId": parent]
    )
  }
}

extension Failure {
  /// A workflow that works in another RunPod account than the key's.
  fileprivate static func otherAccount(_ workflowId: String, owner: String, current: String) -> Failure {
    Failure(
      .forbidden,
      "Workflow \(workflowId) works in another RunPod account (\(owner)) than the key in use (\(current)).",
      hint: "Set RUNPOD_API_KEY to a key of that account.",
      details: ["workflowId": workflowId, "account": owner, "currentAccount": current]
    )
  }
}
