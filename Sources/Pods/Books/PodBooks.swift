import Concurrency
import FoundationEssentials
import Outside
import Reporting
import RunPodAPI
import Storage

/// The books and their mirror, kept in step with what RunPod says.
struct PodBooks: Sendable {
  let store: PodStore
  let binding: AccountBinding
  let mirror: StateFileMirror?
  let textFile: PodsTextFile?
  let watcher: PodWatcher
  let time: TimeSource
  /// Told of a pod whose container is gone, whoever ended it.
  let wiped: @Sendable (_ podId: String) async -> Void

  /// Writes the intent of a creation, on the disk when this returns.
  ///
  /// - Parameters:
  ///   - deadline: From when on any living server is to end the pod, besides what the request says.
  ///   - budget: What all pods together may cost.
  /// - Returns: nil when somebody else has just opened it.
  /// - Throws: `Failure(.insufficientBalance)` when they would cost more.
  func open(
    _ request: PodRequest,
    intent: String,
    attempt: CapacityPlan.Attempt,
    heldUntil: Date?,
    grace: TimeInterval?,
    claim: PodClaim?,
    budget: Budget?
  ) async throws -> PodRecord? {
    var record = PodRecord(
      intent: intent,
      name: intent,
      status: PodStatus.pending.rawValue,
      imageName: request.imageName,
      gpuTypeId: attempt.candidate.gpuTypeId,
      gpuCount: request.cpuFlavorId == nil ? request.gpuCount : 0,
      interruptible: attempt.candidate.isSpot,
      request: request.storedText,
      created: time.now()
    )
    record.volumeInGb = request.volumeSize
    record.limit(by: request, grace: grace)
    record.heldUntil = heldUntil
    record.isUnclaimed = claim != nil
    record.clientToken = claim?.clientToken
    record.turn(to: attempt)
    record.account = try await binding.account()
    return try await store.update(flushed: true) { [record] desk in
      guard try desk.find(intent: intent) == nil else { return nil }
      if let token = record.clientToken, let account = record.account,
        try desk.find(clientToken: token, account: account) != nil
      {
        throw Failure(
          .conflict,
          "A pod with this clientToken is being rented.",
          hint: "Send it again.",
          retryable: true
        )
      }
      try desk.check(budget: budget, adding: attempt.expectedCost, account: record.account)
      return try desk.insert(record)
    }
  }

  /// Writes that the creation goes on with another candidate.
  ///
  /// - Throws: `Failure(.insufficientBalance)` when all pods together would cost more than `budget`.
  func turn(_ record: PodRecord, to attempt: CapacityPlan.Attempt, budget: Budget?) async throws {
    let account = try await binding.account()
    try await store.update { desk in
      guard var record = try desk.find(number: record.number) else { return }
      try desk.check(budget: budget, adding: attempt.expectedCost, insteadOf: record.number, account: account)
      record.turn(to: attempt)
      try desk.save(record)
    }
  }

  /// Makes sure that a pod that is to run again does not cost too much together with the others.
  func check(budget: Budget?, adding cost: Double?, for record: PodRecord) async throws {
    guard budget != nil else { return }
    let account = try await binding.account()
    try await store.update {
      try $0.check(budget: budget, adding: cost, insteadOf: record.number, account: account)
    }
  }

  /// USD an hour of those of the account's pods that do not count as running here.
  func costPerHour(ofUnknown pods: [RemotePod]) async throws -> Double {
    try await store.update { desk in
      try pods.filter { pod in
        let known = try desk.find(podId: pod.id) ?? desk.find(intent: pod.name)
        return known?.state.isBilled != true
      }
      .reduce(0) { $0 + ($1.costPerHour ?? 0) }
    }
  }

  /// Changes one row and brings the mirror up to date.
  func change(
    _ record: PodRecord,
    flushed: Bool = false,
    _ change: @escaping @Sendable (inout PodRecord) -> Void
  ) async throws -> PodRecord {
    let changed = try await store.update(number: record.number, flushed: flushed, change) ?? record
    if changed != record { await show() }
    if let id = changed.idWiped(since: record) { await wiped(id) }
    return changed
  }

  /// As `change`, of a pod that is ended also when that cannot be written down: it would cost money for as long as the disk
  /// is full.
  func changeIfPossible(
    _ record: PodRecord,
    flushed: Bool = false,
    _ change: @escaping @Sendable (inout PodRecord) -> Void
  ) async throws -> PodRecord {
    do {
      return try await self.change(record, flushed: flushed, change)
    } catch let failure as Failure where failure.kind == .storeFailure {
      return record
    }
  }

  /// Takes in RunPod's word about one pod; a pod that is new to the books is entered.
  ///
  /// That RunPod shows a pod to the key in use proves that it is of the key's account.
  func take(_ remote: RemotePod) async throws -> PodRecord {
    if let known = try await store.find(podId: remote.id) { try await binding.merge(known.account) }
    let account = try await binding.account()
    let now = time.now()
    let (before, record) = try await store.update { desk in
      let known = try desk.find(podId: remote.id) ?? desk.find(unclaimed: remote.name)
      let before = try known ?? desk.insert(PodRecord(unknown: remote, at: now))
      var record = before
      record.account = account
      record.take(remote, at: now)
      try desk.save(record)
      return (before, record)
    }
    await show()
    if let id = record.idWiped(since: before) { await wiped(id) }
    return record
  }

  /// Takes in the whole list of the account. Pods that are not ours are not entered.
  ///
  /// - Parameters:
  ///   - list: What it lacks is missing only if it is complete.
  ///   - asked: When the list was asked for: what has changed in the books since is not undone by it.
  /// - Returns: Pods that were up and that it lacks: RunPod leaves out those that it has ended itself, and single lists can
  ///   be wrong. Also pods that the state file does not know.
  func take(_ list: PodList, asked: Date) async throws -> (missing: [PodRecord], unknown: [RemotePod]) {
    try await mergeAccounts(of: list.pods)
    let account = try await binding.account()
    let now = time.now()
    let (hasChanged, gone, missing, unknown) = try await store.update { desk in
      var unknown: [RemotePod] = []
      var hasChanged = false
      var gone: [String] = []
      var missing: [PodRecord] = []
      var open = Dictionary(uniqueKeysWithValues: try desk.live(account: account).map { ($0.number, $0) })
      for remote in list.pods {
        let known = try desk.find(podId: remote.id) ?? desk.find(unclaimed: remote.name)
        guard var record = known else {
          unknown.append(remote)
          continue
        }
        open[record.number] = nil
        guard record.statusSince <= asked || record.podId == nil else { continue }
        let before = record
        record.account = account
        record.take(remote, at: now)
        guard record != before else { continue }
        try desk.save(record)
        hasChanged = true
        if let id = record.idWiped(since: before) { gone.append(id) }
      }
      for var record in open.values where list.isComplete && record.statusSince <= asked {
        let before = record
        record.miss(at: now)
        if record.state == .running || record.state == .stopping { missing.append(record) }
        guard record != before else { continue }
        try desk.save(record)
        hasChanged = true
        if let id = record.idWiped(since: before) { gone.append(id) }
      }
      return (hasChanged, gone, missing, unknown)
    }
    if hasChanged { await show() }
    for id in gone { await wiped(id) }
    return (missing, unknown)
  }

  /// Takes in that pods of other accounts in the state file are on the list: those are the same account by another key.
  private func mergeAccounts(of list: [RemotePod]) async throws {
    let account = try await binding.account()
    guard try await store.countOfOthers(than: account) > 0 else { return }
    let ids = Set(list.map(\.id.bytes))
    for record in try await store.live() where record.account?.bytes != account.bytes {
      if let id = record.podId, ids.contains(id.bytes) { try await binding.merge(record.account) }
    }
  }

  /// Lets those know who look at the books: the files and those who watch.
  private func show() async {
    await mirror?.write(store)
    await textFile?.refresh(store)
    await watcher.look()
  }
}

extension PodDesk {
  /// Makes sure that one more pod does not cost too much. In one transaction with the row that it is about, so that no
  /// two servers can spend the same money.
  ///
  /// - Parameters:
  ///   - number: The row whose present cost does not count.
  ///   - account: The account whose pods count.
  func check(budget: Budget?, adding cost: Double?, insteadOf number: Int = 0, account: String?) throws {
    guard let budget else { return }
    let others = try live(account: account).filter { $0.number != number && $0.state.isBilled }
    let present = others.reduce(budget.unseen) { $0 + ($1.costPerHour ?? 0) }
    if present + (cost ?? 0) > budget.limit {
      throw Failure.overBudget(budget.limit, present: present, adding: cost)
    }
  }

  /// The row whose creation carried this name and has no pod yet.
  func find(unclaimed name: String) throws -> PodRecord? {
    guard let record = try find(intent: name), record.podId == nil else { return nil }
    return record
  }
}

extension PodRecord {
  /// The pod's id if its container has gone since, and all that was on its disk.
  fileprivate func idWiped(since before: PodRecord) -> String? {
    before.state.isBilled && !state.isBilled ? podId : nil
  }

  /// Takes in what is being tried.
  fileprivate mutating func turn(to attempt: CapacityPlan.Attempt) {
    gpuTypeId = attempt.candidate.gpuTypeId
    cloudType = attempt.candidate.cloudType
    dataCenterId = attempt.candidate.dataCenterId
    interruptible = attempt.candidate.isSpot
    bidPerGpu = attempt.candidate.bidPerGpu
    costPerHour = attempt.expectedCost
  }

  /// A pod that somebody named and that we did not create.
  init(unknown remote: RemotePod, at time: Date) {
    self.init(
      intent: nil,
      podId: remote.id,
      name: remote.name.isEmpty ? remote.id : remote.name,
      status: PodStatus.starting.rawValue,
      imageName: remote.imageName ?? "",
      gpuTypeId: remote.gpuTypeId ?? "",
      gpuCount: remote.gpuCount ?? 1,
      interruptible: remote.interruptible ?? false,
      created: time
    )
    limit(by: remote, at: time)
  }
}
