/// Where a long operation says how far it is. The domain reports; whoever asked decides what becomes of it.
package struct Progress: Sendable {
  /// One report: what is going on, and how much of the whole is done (0...1, nil when it cannot be told). A milestone is
  /// shown even when the next report comes at once.
  package struct Update: Sendable, Hashable {
    package var message: String
    package var fraction: Double?
    package var isMilestone: Bool

    package init(message: String, fraction: Double? = nil, isMilestone: Bool = false) {
      self.message = message
      self.fraction = fraction
      self.isMilestone = isMilestone
    }
  }

  private let sink: @Sendable (Update) -> Void

  package init(_ sink: @escaping @Sendable (Update) -> Void) {
    self.sink = sink
  }

  /// Nobody is listening.
  package static let silent = Progress { _ in }

  package func report(_ message: String, fraction: Double? = nil, isMilestone: Bool = false) {
    sink(Update(message: message, fraction: fraction, isMilestone: isMilestone))
  }

  /// Progress of a part: its 0...1 is `range` of this one's, and its milestones are none of this one's.
  ///
  /// - Parameter prefix: Put before each message, "Step 2/5: " say.
  package func part(_ range: ClosedRange<Double>, prefix: String = "") -> Progress {
    Progress { [sink] update in
      let fraction = update.fraction.map { range.lowerBound + $0 * (range.upperBound - range.lowerBound) }
      sink(Update(message: prefix + update.message, fraction: fraction ?? range.lowerBound))
    }
  }
}
