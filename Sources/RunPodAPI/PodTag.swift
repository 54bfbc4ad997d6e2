package import FoundationEssentials
import Outside

/// What a pod says about itself in its environment, written at its creation: whose it is, and when it is to end.
///
/// RunPod keeps no deadline (https://github.com/runpod/runpodctl/pull/330). A pod's environment is what every client of the
/// account can read by either API; it does not change without a restart.
package struct PodTag: Codable, Sendable, Hashable {
  /// The installation that created the pod: each state file is one.
  package var ownerId: String?
  /// The person and the machine: "user@host".
  package var owner: String?
  package var created: Date?
  /// When the pod is to be terminated at the latest.
  package var terminateAfter: Date?
  package var stopAfter: Date?
  /// USD in all.
  package var maxCost: Double?
  /// The variables whose values cannot be read.
  package var unreadable: [String]

  package init(
    ownerId: String? = nil,
    owner: String? = nil,
    created: Date? = nil,
    terminateAfter: Date? = nil,
    stopAfter: Date? = nil,
    maxCost: Double? = nil
  ) {
    self.ownerId = ownerId
    self.owner = owner
    self.created = created
    self.terminateAfter = terminateAfter
    self.stopAfter = stopAfter
    self.maxCost = maxCost
    unreadable = []
  }

  /// Whether there is a time or a cost in it that ends or stops the pod.
  package var hasLimits: Bool { terminateAfter != nil || stopAfter != nil || maxCost != nil }

  /// When the pod is to be terminated: by its time, or because it has cost `maxCost` by then.
  ///
  /// - Parameter costPerHour: USD.
  package func end(costPerHour: Double?) -> Date? {
    var spentUp: Date?
    if let created, let maxCost, let costPerHour, costPerHour > 0 {
      spentUp = Self.plausible(created + maxCost / costPerHour * 3600)
    }
    return [terminateAfter, spentUp].compactMap(\.self).min()
  }
}

/// The variables of a pod's environment.
extension PodTag {
  private static let owner = "RUNPOD_RPC_OWNER"
  private static let created = "RUNPOD_RPC_CREATED"
  private static let terminateAfter = "RUNPOD_RPC_TERMINATE_AFTER"
  private static let stopAfter = "RUNPOD_RPC_STOP_AFTER"
  private static let maxCost = "RUNPOD_RPC_MAX_COST"
  /// No owner's text is longer than this.
  private static let longestOwner = 128

  package var environment: [String: String] {
    var environment: [String: String] = [:]
    environment[Self.owner] = ownerId.map { [$0, owner].compactMap(\.self).joined(separator: " ") }
    environment[Self.created] = created.map(Self.text)
    environment[Self.terminateAfter] = terminateAfter.map(Self.text)
    environment[Self.stopAfter] = stopAfter.map(Self.text)
    environment[Self.maxCost] = maxCost.map { "\($0)" }
    return environment
  }

  /// The tag in a pod's environment, nil when nothing of it is there. Other variables are not looked at.
  package init?(environment: [String: String]) {
    self.init()
    func value<Value>(_ name: String, _ read: (String) -> Value?) -> Value? {
      guard let text = environment[name] else { return nil }
      let value = read(text)
      if value == nil { unreadable.append(name) }
      return value
    }
    let ownerWords = value(Self.owner, Self.words)
    ownerId = ownerWords?.id
    owner = ownerWords?.name
    created = value(Self.created, Self.date)
    terminateAfter = value(Self.terminateAfter, Self.date)
    stopAfter = value(Self.stopAfter, Self.date)
    maxCost = value(Self.maxCost) { Double($0).flatMap { $0 > 0 && $0 < 1e9 ? $0 : nil } }
    if environment[Self.owner] == nil, created == nil, !hasLimits, unreadable.isEmpty { return nil }
  }

  /// Whole seconds, never before the time itself.
  private static func text(_ date: Date) -> String {
    Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.up)).formatted(.iso8601)
  }

  /// Anyone who may change the pod can write anything there: only a time in the form in which it was written counts.
  private static func date(_ text: String) -> Date? {
    guard text.utf8.count == "2026-11-30T00:00:00Z".utf8.count, let date = try? Date(text, strategy: .iso8601) else {
      return nil
    }
    return date.formatted(.iso8601).bytes == text.bytes ? plausible(date) : nil
  }

  /// Within the years 2020 to 2199.
  private static func plausible(_ date: Date) -> Date? {
    1_577_836_800..<7_258_118_400 ~= date.timeIntervalSince1970 ? date : nil
  }

  private static func words(_ text: String) -> (id: String, name: String?)? {
    let isPrintable = text.utf8.allSatisfy { 0x20..<0x7f ~= $0 } && text.utf8.count <= longestOwner
    let words = text.bytes.split(" ", most: 1)
    guard isPrintable, let id = words.first else { return nil }
    return (String(id), words.count > 1 ? String(words[1]) : nil)
  }
}
