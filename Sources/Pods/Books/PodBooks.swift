import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Storage

/// The books and their mirror, kept in step with what RunPod says.
struct PodBooks: Sendable {
  let store: PodStore
  let mirror: StateFileMirror?
  let time: TimeSource

  /// Writes the intent of a creation, on the disk when this returns.
  func open(_ request: PodRequest, intent: String) async throws -> PodRecord {
    let record = PodRecord(
      intent: intent,
      name: intent,
      status: PodStatus.pending.rawValue,
      imageName: request.imageName,
      gpuTypeId: request.gpuTypeId,
      gpuCount: request.gpuCount,
      interruptible: request.interruptible,
      bidPerGpu: request.interruptible ? request.bidPerGpu : nil,
      request: request.storedText,
      terminateAfter: request.terminateAfter,
      created: time.now()
    )
    return try await store.insert(record)
  }

  /// Changes one row and brings the mirror up to date.
  func change(
    _ record: PodRecord,
    flushed: Bool = false,
    _ change: @escaping @Sendable (inout PodRecord) -> Void
  ) async throws -> PodRecord {
    let changed = try await store.update(number: record.number, flushed: flushed, change) ?? record
    if changed != record { await mirror?.write(store) }
    return changed
  }

  /// Takes in RunPod's word about one pod; a pod that is new to the books is entered.
  func take(_ remote: RemotePod) async throws -> PodRecord {
    let now = time.now()
    let record = try await store.update { desk in
      let known = try desk.find(podId: remote.id) ?? desk.find(unclaimed: remote.name)
      var record = try known ?? desk.insert(PodRecord(unknown: remote, at: now))
      record.take(remote, at: now)
      try desk.save(record)
      return record
    }
    await mirror?.write(store)
    return record
  }

  /// Takes in the whole list of the account. Pods that are not ours are not entered.
  ///
  /// - Parameter asked: When the list was asked for: what has changed in the books since is not undone by it.
  func take(_ list: [RemotePod], asked: Date) async throws {
    let now = time.now()
    let hasChanged = try await store.update { desk in
      var hasChanged = false
      var open = Dictionary(uniqueKeysWithValues: try desk.live().map { ($0.number, $0) })
      for remote in list {
        let known = try desk.find(podId: remote.id) ?? desk.find(unclaimed: remote.name)
        guard var record = known else { continue }
        open[record.number] = nil
        guard record.statusSince <= asked || record.podId == nil else { continue }
        let before = record
        record.take(remote, at: now)
        guard record != before else { continue }
        try desk.save(record)
        hasChanged = true
      }
      for var record in open.values where record.statusSince <= asked {
        let before = record
        record.miss(at: now)
        guard record != before else { continue }
        try desk.save(record)
        hasChanged = true
      }
      return hasChanged
    }
    if hasChanged { await mirror?.write(store) }
  }
}

extension PodDesk {
  /// The row whose creation carried this name and has no pod yet.
  func find(unclaimed name: String) throws -> PodRecord? {
    guard let record = try find(intent: name), record.podId == nil else { return nil }
    return record
  }
}

extension PodRecord {
  /// A pod that somebody named and that we did not create.
  init(unknown remote: RemotePod, at time: Date) {
    self.init(
      intent: nil,
      podId: remote.id,
      name: remote.name.isEmpty ? remote.id : remote.name,
      status: PodStatus.starting.rawValue,
      imageName: remote.imageName ?? "",
      gpuTypeId: "",
      gpuCount: remote.gpuCount ?? 1,
      interruptible: remote.interruptible ?? false,
      created: time
    )
  }
}
