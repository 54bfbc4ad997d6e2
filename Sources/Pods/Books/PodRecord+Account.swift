import Outside
import Reporting
import Storage

extension Failure {
  /// A pod that the state file knows and that RunPod does not show to the key in use. It may still run.
  static func otherAccount(_ record: PodRecord, id: String, current: String) -> Failure {
    Failure(
      .forbidden,
      "Pod \(id) belongs to another RunPod account (\(record.account ?? "unknown")) than the key in use (\(current)). "
        + "RunPod does not show it to this key, which says nothing about whether it still runs.",
      hint: "Set RUNPOD_API_KEY to a key of that account.",
      resources: ["podId": id],
      details: ["account": record.account ?? "", "currentAccount": current]
    )
  }
}

extension PodRecord {
  /// Whether it is a pod of the account. One that was entered before there were accounts is everyone's.
  func belongs(to account: String) -> Bool { self.account.map { $0.bytes == account.bytes } ?? true }
}
