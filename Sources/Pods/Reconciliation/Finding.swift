package import FoundationEssentials

/// Something about a pod that books and account do not agree on, or that costs money unseen.
package struct Finding: Codable, Sendable, Hashable {
  package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// In the account under a name that a runpod-rpc gave, and in no books of ours: it is of lost books, or of another
    /// machine's.
    case orphan
    /// Nobody wants it any more: its deadline has passed, or its creation had been given up.
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
    case .orphan:
      "Adopt it (apply), and terminate it if nobody else uses it; or end it at once (apply with orphans: end)."
    case .overdue: "It is being ended; apply does it now."
    case .lost: "Nothing is left to pay for. Create a new pod if it is still needed."
    case .outbid: "Resume it with a higher bid, or terminate it: its volume is paid for."
    case .stopped: "Terminate it if its volume is not needed any more: it is paid for."
    }
  }
}
