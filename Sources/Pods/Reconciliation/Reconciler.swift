import FoundationEssentials
import Outside
import RunPodAPI
import Storage

/// Compares the state file and the account after one look at both. No I/O and no clock.
struct Reconciler {
  private static let day: TimeInterval = 86_400

  /// The pods of the account.
  let account: [RemotePod]
  /// The ids of those of them that the state file knows.
  let known: Set<String>
  /// The id of this state file.
  let installation: String
  /// All rows of pods that may still exist, and those that were lost lately.
  let rows: [PodRecord]
  let now: Date

  func reconciliation() -> Reconciliation {
    var findings: [Finding] = []
    var others = Reconciliation.Others(count: 0, costPerHour: 0)
    for remote in account where !known.contains(remote.id) && !remote.isTerminated {
      if let kind = kind(ofUnknown: remote) {
        findings.append(finding(kind, remote))
      } else {
        others.count += 1
        others.costPerHour += remote.presentCostPerHour
      }
    }
    for row in rows {
      guard let kind = kind(of: row) else { continue }
      findings.append(finding(kind, row))
    }
    return Reconciliation(
      findings: findings.sorted { ($1.costPerHour, $0.podId) < ($0.costPerHour, $1.podId) },
      costPerHour: rows.reduce(0) { $0 + $1.presentCostPerHour },
      others: others
    )
  }

  /// - Returns: nil for a pod that no runpod-rpc created.
  private func kind(ofUnknown remote: RemotePod) -> Finding.Kind? {
    guard remote.tag != nil || PodIntent.isOurs(remote.name) else { return nil }
    if remote.carriedEnding(at: now) == .terminate { return .overdue }
    guard let owner = remote.tag?.ownerId else { return .orphan }
    return owner.bytes == installation.bytes ? .orphan : .foreign
  }

  private func kind(of row: PodRecord) -> Finding.Kind? {
    guard row.podId != nil else { return nil }
    if row.state == .lost { return now.timeIntervalSince(row.statusSince) < Self.day ? .lost : nil }
    guard row.isLive else { return nil }
    if row.due(at: now) == .terminate { return .overdue }
    if row.isUnclaimed { return .unclaimed }
    guard row.state == .stopped else { return nil }
    return row.lastStatusChange?.bytes.hasPrefix("Outbid") == true ? .outbid : .stopped
  }

  private func finding(_ kind: Finding.Kind, _ row: PodRecord) -> Finding {
    Finding(
      kind: kind,
      podId: row.podId ?? "",
      name: row.name,
      costPerHour: row.presentCostPerHour,
      since: row.statusSince
    )
  }

  private func finding(_ kind: Finding.Kind, _ remote: RemotePod) -> Finding {
    var finding = Finding(kind: kind, podId: remote.id, name: remote.name, costPerHour: remote.presentCostPerHour)
    finding.ownerId = remote.tag?.ownerId
    finding.owner = remote.tag?.owner
    return finding
  }
}

extension RemotePod {
  /// USD: a stopped pod pays for its volume only.
  var presentCostPerHour: Double {
    isExited ? Double(volumeInGb ?? 0) * PodRecord.stoppedVolumePrice : costPerHour ?? 0
  }
}
