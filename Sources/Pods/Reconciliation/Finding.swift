package import FoundationEssentials

/// A difference between the state file and the RunPod account, or a pod that costs money unseen.
package struct Finding: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Created by a runpod-rpc and unknown to this state file, which created it or whose creator is not named.
    case orphan
    /// Created by another installation of runpod-rpc, which the pod names.
    case foreign
    /// Rented by a request whose answer may have reached nobody; it is terminated soon unless a call names it.
    case unclaimed
    /// Past its deadline, or its creation had been given up.
    case overdue
    /// In the books, and in the account no longer, without our doing; told for a day.
    case lost
    /// A spot pod whose place someone bid more for: stopped, its volume kept and paid for.
    case outbid
    /// Stopped, its volume kept and paid for.
    case stopped
  }

  /// What was done about it.
  package enum Action: String, Codable, Sendable, Hashable, CaseIterable {
    case adopted, ended
  }

  package var kind: Kind
  package var podId: String
  package var name: String
  /// USD at present.
  package var costPerHour: Double
  /// Since when it is as it is, as far as the books tell.
  package var since: Date?
  /// The installation that created it, as far as the pod says: its id, and "user@host".
  package var ownerId: String?
  package var owner: String?
  /// One sentence that says what to do about it.
  package var advice: String
  package var action: Action?

  package init(
    kind: Kind,
    podId: String,
    name: String,
    costPerHour: Double,
    since: Date? = nil,
    action: Action? = nil
  ) {
    self.kind = kind
    self.podId = podId
    self.name = name
    self.costPerHour = costPerHour
    self.since = since
    self.action = action
    advice = kind.advice
  }
}

extension Finding.Kind {
  /// What to do about it.
  package var advice: String {
    switch self {
    case .foreign:
      "Leave it to its owner, who ends it; or give that owner's id (apply with owner, and orphans: end) to end it."
    case .orphan:
      "Adopt it (apply), and terminate it if nobody else uses it; or end it at once (apply with orphans: end)."
    case .unclaimed: "Name it in any call to keep it for now (pods/extend to keep it for longer), or terminate it."
    case .overdue: "It is being ended; apply does it now."
    case .lost: "Nothing is left to pay for. Create a new pod if it is still needed."
    case .outbid: "Resume it with a higher bid, or terminate it: its volume is paid for."
    case .stopped: "Terminate it if its volume is not needed any more: it is paid for."
    }
  }
}
