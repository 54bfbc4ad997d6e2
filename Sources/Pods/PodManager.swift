package import Concurrency
package import FoundationEssentials
package import Reporting
package import RunPodAPI
package import Storage
package import Subprocess

/// Pods: rents them, follows them, ends them, and keeps books of all of it.
///
/// Every pod is in the books from before it is asked for; every answer of RunPod brings them up to date.
package actor PodManager {
  /// Runs a script on a pod and returns its exit code.
  package typealias ScriptDoor = @Sendable (_ podId: String, _ script: [UInt8]) async throws -> Int

  /// How many pods that a list lacks are asked for one by one, after each.
  private static let mostQuestions = 10

  let provider: any PodProvider
  let books: PodBooks
  let poller: PodPoller
  let watcher: PodWatcher
  let time: TimeSource
  let publicKey: (@Sendable () async throws -> String?)?
  /// The person and the machine that new pods carry.
  let owner: String?
  /// Whether `time` is RunPod's by now.
  let isTimeKnown: @Sendable () -> Bool
  /// Pods of the account that the last list had and the state file does not know, and when that list was asked for.
  let unknown = Locked<(pods: [RemotePod], asked: Date?)>(([], nil))
  /// USD an hour that all pods together may cost.
  let budget: Double?
  /// Seconds that a job may go on beyond the default day of a runner's pod.
  package nonisolated let jobGrace: TimeInterval
  let script: ScriptDoor?
  let notice: @Sendable (String) -> Void
  private let probe: @Sendable (String, Int, Duration) async -> TCPProbe.Outcome
  /// When to try again to start a process on a pod that keeps its deadlines, and how often that has failed.
  var placements: [String: (next: Date, failures: Int)] = [:]
  /// Ends of which clients have been warned, by the row's number.
  var warned: [Int: Date] = [:]
  /// Pods that were created here and whose answer is on its way.
  var answering: Set<String> = []
  /// Creations under way, which outlive the requests that began them.
  var creations: [Int: Task<PodRecord, any Error>] = [:]
  /// What RunPod offered a moment ago, or why it did not say, for all who walk through the same candidates.
  let looks: SharedAnswers<OfferQuery, Result<[Offer], Failure>>
  /// The account's registered SSH keys, by the API that told them.
  let accountKeys: SharedAnswers<String, [String]>
  /// What asks RunPod while somebody watches.
  var watching: Task<Void, Never>?
  private var hasImported = false

  /// - Parameters:
  ///   - mirror: The user's own state file, kept current beside the books.
  ///   - textFile: Another program's file about the live pods, kept current beside the books once it is there.
  ///   - budget: USD an hour that all pods in the books together may cost; nil: no limit.
  ///   - jobGrace: Seconds that a job may go on beyond the default day of a runner's pod.
  ///   - owner: "user@host": what new pods carry besides this state file's id.
  ///   - time: RunPod's time, by which deadlines are judged.
  ///   - isTimeKnown: Whether RunPod has said by now what time it is.
  ///   - publicKey: Put into each new pod's `PUBLIC_KEY` unless the request has one. Asked for before anything is rented; what it
  ///     throws ends the creation.
  ///   - script: Nil: no process on a pod keeps its deadlines.
  ///   - wiped: Told of a pod whose container, disk and host keys are gone.
  ///   - notice: Told what costs money unseen, or may.
  ///   - probe: Asks a host and port for its banner within a time limit.
  package init(
    provider: any PodProvider,
    store: PodStore,
    mirror: StateFileMirror?,
    textFile: PodsTextFile? = nil,
    publicKey: (@Sendable () async throws -> String?)?,
    owner: String? = nil,
    budget: Double? = nil,
    jobGrace: TimeInterval = 3600,
    time: TimeSource = .system,
    isTimeKnown: @escaping @Sendable () -> Bool = { true },
    script: ScriptDoor? = nil,
    wiped: @escaping @Sendable (_ podId: String) async -> Void = { _ in },
    notice: @escaping @Sendable (String) -> Void = { _ in },
    probe: @escaping @Sendable (String, Int, Duration) async -> TCPProbe.Outcome
  ) {
    let watcher = PodWatcher(store: store, time: time)
    let books = PodBooks(
      store: store,
      binding: AccountBinding(identity: provider.identity, accounts: store.accounts),
      mirror: mirror,
      textFile: textFile,
      watcher: watcher,
      time: time,
      wiped: wiped
    )
    self.watcher = watcher
    self.provider = provider
    self.books = books
    self.publicKey = publicKey
    self.owner = owner
    self.isTimeKnown = isTimeKnown
    self.budget = budget
    self.jobGrace = jobGrace
    self.time = time
    self.script = script
    self.notice = notice
    self.probe = probe
    looks = SharedAnswers(lifetime: 5, time: time)
    accountKeys = SharedAnswers(lifetime: 600, time: time)
    poller = PodPoller(time: time) { [unknown] in
      let asked = time.now()
      let list = try await provider.pods()
      let taken = try await books.take(list, asked: asked)
      unknown.withLock { $0 = (taken.unknown, asked) }
      for record in taken.missing.prefix(Self.mostQuestions) {
        guard let id = record.podId, let remote = try? await Optional(provider.pod(id: id)) else { continue }
        if let remote {
          _ = try await books.take(remote)
        } else {
          _ = try await books.change(record) { [now = time.now()] in $0.miss(at: now, isSure: true) }
        }
      }
      return list
    }
  }

  /// Whose key it is: the check that it is good.
  package func account() async throws -> Account { try await provider.account() }

  /// The RunPod account of the key in use, as the state file names it.
  package nonisolated func accountId() async throws -> String { try await books.binding.account() }

  /// What there is to rent, and for how much: what can be had first, the cheapest first.
  ///
  /// - Parameter query: Its GPU types may be named as people say them.
  /// - Throws: `Failure(.configurationInvalid)` for a GPU that RunPod does not rent.
  package func offers(_ query: OfferQuery, onlyAvailable: Bool = false) async throws -> [Offer] {
    func rank(_ offer: Offer) -> (Int, Double, String) {
      (offer.isAvailable ? 0 : 1, offer.pricePerHour ?? .infinity, offer.gpuTypeId)
    }
    var all = query
    all.gpuTypeIds = []
    var offers = try await look(all)
    if !query.gpuTypeIds.isEmpty {
      var wanted: Set<String> = []
      for name in query.gpuTypeIds {
        let found = GPUName.matches(name, among: offers)
        wanted.formUnion(found.isEmpty ? [try GPUName.resolve(name, among: try await look(OfferQuery()))] : found)
      }
      offers = offers.filter { wanted.contains($0.gpuTypeId) }
    }
    offers.sort { rank($0) < rank($1) }
    return onlyAvailable ? offers.filter(\.isAvailable) : offers
  }

  /// The pod, refreshed by one call. A pod that is not in the books is entered, being asked for by its id.
  ///
  /// - Throws: `Failure(.notFound)` when neither RunPod nor the books know it.
  package func get(_ id: String) async throws -> Pod {
    try await prepare()
    return Pod(try await named(try await refreshed(id)))
  }

  /// A page of the books, newest first, brought up to date by one call for all of them.
  ///
  /// - Parameters:
  ///   - status: Only pods of this status.
  ///   - limit: How many at most.
  ///   - cursor: The `nextCursor` of the page before.
  /// - Throws: `Failure(.configurationInvalid)` for a cursor that is none of ours.
  package func list(status: PodStatus?, limit: Int, cursor: String?) async throws -> PodPage {
    let before = cursor.flatMap { Int($0) }
    guard before != nil || cursor == nil else {
      throw Failure(
        .configurationInvalid,
        "The cursor is not one that this service gave.",
        hint: "Leave it out to begin anew."
      )
    }
    try await prepare()
    _ = try await poller.pods(.urgent)
    let limit = max(1, limit)
    let account = try await books.binding.account()
    let rows = try await books.store.page(
      status: status?.rawValue,
      account: account,
      before: before,
      limit: limit + 1
    )
    let page = rows.prefix(limit)
    let others = try await books.store.countOfOthers(than: account)
    return PodPage(
      pods: page.map(Pod.init),
      nextCursor: rows.count > limit ? page.last.map { String($0.number) } : nil,
      otherAccounts: others > 0 ? others : nil
    )
  }

  /// Makes the text file, or brings it up to date after one call for all pods; the live pods, which it is about.
  ///
  /// - Throws: `Failure(.storeFailure)` when it cannot be written.
  package func writeTextFile() async throws -> [Pod] {
    try await prepare()
    _ = try await poller.pods(.urgent)
    return try await books.textFile?.make(books.store) ?? []
  }

  /// Brings the text file up to date if it is there: something that it tells has changed besides the pods.
  package func refreshTextFile() async { await books.textFile?.refresh(books.store) }

  /// All pods of ours that may cost money, brought up to date by one call.
  package func live() async throws -> [Pod] {
    try await prepare()
    _ = try await poller.pods(.urgent)
    return try await books.store.live(account: accountId()).map(Pod.init)
  }

  /// The books beside RunPod's answer; the books are corrected afterwards.
  ///
  /// - Throws: `Failure(.notFound)` when neither knows the pod.
  package func status(_ id: String) async throws -> PodStatusReport {
    try await prepare()
    let before = try await books.store.find(podId: id)
    let remote = try await provider.pod(id: id)
    let after = try await take(remote, id: id, known: before)
    let pod = Pod(before ?? after)
    let now = Pod(after)
    let agrees = pod.status == now.status && pod.host == now.host && pod.sshPort == now.sshPort
    return PodStatusReport(pod: pod, remote: remote, agrees: agrees)
  }

  /// Waits until the pod is RUNNING, has a public port for 22, and an SSH server says its banner there.
  ///
  /// - Throws: `Failure(.timeout)` with the pod's id, the stage it is stuck in and what to do about that stage; the pod is
  ///   left alone. Another failure as soon as it is clear that the pod will not get ready.
  package func wait(_ id: String, timeout: Duration, progress: Progress) async throws -> Pod {
    try await prepare()
    let record = try await known(id)
    guard record.isLive else { throw record.ended() }
    let readiness = PodReadiness(start: time.now(), stale: record.staleEndpoint)
    let wait = PodWait(podId: id, readiness: readiness, poller: poller, probe: probe, time: time, progress: progress)
    do {
      try await wait.run(timeout: timeout)
    } catch let failure as Failure {
      // REST does not say who stopped a pod, which then looks like one that never came up.
      if let now = try await books.store.find(podId: id), now.wasStoppedHere, failure.details["stage"] == "failed" {
        throw PodEnd.exited(now.lastStatusChange ?? "").failure(podId: id)
      }
      throw await explained(failure, of: id)
    }
    let ready = try await books.store.find(podId: id) ?? record
    return Pod(await placed(ready, progress: progress))
  }

  /// The public address of the pod's SSH server: from the books when they have one, else by a call.
  ///
  /// The port changes when a pod is stopped and started. When nobody answers there, `get` asks RunPod anew.
  ///
  /// - Throws: `Failure(.sshUnreachable)` when it has none; `Failure(.notFound)` when there is no such pod.
  package func endpoint(_ id: String) async throws -> (host: String, port: Int) {
    try await prepare()
    var record = try await known(id)
    if let endpoint = record.endpoint { return endpoint }
    record = try await refreshed(id)
    guard record.isLive else { throw record.ended() }
    guard let endpoint = record.endpoint else {
      throw Failure(
        .sshUnreachable,
        "Pod \(id) has no public SSH port: it is \(record.status).",
        hint: record.state == .stopped ? "Resume it first." : "Wait for it with pods/wait.",
        resources: ["podId": id]
      )
    }
    return endpoint
  }

  /// Waits for creations under way and ends the polling; for the end of the service.
  package func close() async {
    watcher.close()
    watching?.cancel()
    for creation in creations.values { _ = await creation.result }
    await poller.close()
    await watching?.value
  }

  /// Reads the user's state file in, once, and makes sure that it can be kept.
  ///
  /// Not asked for by what ends pods: that must work whatever has become of the file.
  func prepare() async throws {
    guard let mirror = books.mirror else { return }
    if !hasImported { try await mirror.read(into: books.store, at: time.now()) }
    hasImported = true
    try await mirror.check(books.store)
  }

  /// The row of a pod after one call about it.
  func refreshed(_ id: String) async throws -> PodRecord {
    let known = try await books.store.find(podId: id)
    return try await take(try await provider.pod(id: id), id: id, known: known)
  }

  private func take(_ remote: RemotePod?, id: String, known: PodRecord?) async throws -> PodRecord {
    if let remote { return try await books.take(remote) }
    guard let known else {
      throw Failure(
        .notFound,
        "There is no pod \(id).",
        hint: "List the pods to see their ids.",
        details: ["podId": id]
      )
    }
    // Twice: in between, RunPod may have told its id of the account, which renames it in the rows.
    for _ in 1...2 {
      let account = try await accountId()
      guard try await books.store.find(podId: id)?.belongs(to: account) != false else { continue }
      return try await books.change(known) { [now = time.now()] in $0.miss(at: now) }
    }
    throw Failure.otherAccount(known, id: id, current: try await accountId())
  }
}

extension PodRecord {
  /// The failure of whoever wants something from a pod that is no more.
  func ended() -> Failure {
    Failure(
      .notFound,
      "Pod \(podId ?? name) is gone: \(status)\(lastStatusChange.map { " (\($0))" } ?? "").",
      hint: "Create a new pod.",
      details: ["podId": podId ?? ""]
    )
  }
}
