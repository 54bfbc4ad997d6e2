package import FoundationEssentials
import Reporting

/// What one round of `runpod-rpc reap` found about a pod that a runpod-rpc created, and did.
package struct ReapedPod: Encodable, Sendable, Hashable {
  package enum Verdict: String, Codable, Sendable, Hashable {
    /// It was past its deadline, and is terminated, or stopped, now.
    case terminated, stopped
    /// It is past its deadline and would be terminated, or stopped: nothing was touched.
    case wouldTerminate, wouldStop
    /// It is past its deadline, and could not be ended.
    case failed
    /// Its deadline is still to come.
    case kept
    /// It costs money and has no deadline that could be read from outside: somebody has to end it.
    case unlimited
  }

  package var podId: String
  package var name: String
  package var verdict: Verdict
  /// USD at present, or before it was ended.
  package var costPerHour: Double
  /// The deadline that counts.
  package var deadline: Date?
  package var ownerId: String?
  package var owner: String?
  /// Variables of its environment that should hold a deadline and do not.
  package var unreadable: [String]
  /// Why it could not be ended.
  package var failure: String?

  package var isLeftOver: Bool { [.wouldTerminate, .wouldStop, .failed].contains(verdict) }

  /// A sentence for people, nil for a pod about which nothing needs to be said.
  package var words: String? {
    let who = "pod \(podId) (\(name)\(owner.map { ", of \($0)" } ?? ""))"
    let when = deadline.map { ": its deadline was \($0.formatted(.iso8601))" } ?? ""
    let price = "\(costPerHour.dollars) an hour"
    switch verdict {
    case .terminated: return "Terminated \(who)\(when)."
    case .stopped: return "Stopped \(who)\(when)."
    case .wouldTerminate: return "Would terminate \(who)\(when)."
    case .wouldStop: return "Would stop \(who)\(when)."
    case .failed:
      return "Could not end \(who)\(when), and it costs \(price): \(failure ?? "unknown reason") "
        + "Try again: runpod-rpc-call pods/terminate podId=\(podId)"
    case .unlimited:
      let reason = unreadable.isEmpty ? "" : " (\(unreadable.joined(separator: ", ")) cannot be read)"
      return "Left \(who), which costs \(price) and has no deadline\(reason)."
    case .kept: return unreadable.isEmpty ? nil : "Left \(who): \(unreadable.joined(separator: ", ")) cannot be read."
    }
  }
}
