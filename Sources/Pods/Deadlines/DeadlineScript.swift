import FoundationEssentials
import Outside
import RunPodAPI
import Storage
import Subprocess

/// `deadline.sh` for one pod: text for a shell's standard input.
struct DeadlineScript: Sendable {
  private let parameters: [(name: String, value: String)]

  init(_ record: PodRecord, podId: String, face: PodFace, url: String, at time: Date) {
    func seconds(_ date: Date?) -> String {
      date.map { String(Int(limited: max(0, $0.timeIntervalSince(time)).rounded(.up))) } ?? ""
    }
    let grace = record.end.flatMap { end in record.lastEnd.map { $0.timeIntervalSince(end) } } ?? 0
    parameters = [
      ("terminate", seconds(record.end)), ("stop", seconds(record.stopAfter)),
      ("idle", record.idleTimeout.map { String(Int(limited: $0.rounded(.up))) } ?? ""), ("face", face.rawValue),
      ("grace", String(Int(limited: max(0, grace)))),
      ("url", url),
      ("pod", podId),
    ]
  }

  var bytes: [UInt8] {
    let assignments = parameters.map { "param_\($0.name)=\(shellQuoted($0.value))\n" }
    return Array(assignments.joined().utf8) + PackageResources.deadline_sh
  }
}
