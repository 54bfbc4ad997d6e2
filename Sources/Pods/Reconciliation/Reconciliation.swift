/// Differences between the state file and the RunPod account that need attention.
package struct Reconciliation: Codable, Sendable, Hashable {
  /// Pods that no runpod-rpc created: they are counted and never touched.
  package struct Others: Codable, Sendable, Hashable {
    package var count: Int
    /// USD.
    package var costPerHour: Double
  }

  /// The dearest first.
  package var findings: [Finding]
  /// USD at present of all live pods in the books.
  package var costPerHour: Double
  package var others: Others

  package init(findings: [Finding], costPerHour: Double, others: Others) {
    self.findings = findings
    self.costPerHour = costPerHour
    self.others = others
  }

  /// What to warn of, nil when nothing costs money unseen.
  var warning: String? {
    let kinds: [(Finding.Kind, String)] = [
      (.orphan, "unknown to this state file"), (.overdue, "past their deadline"),
      (.unclaimed, "rented for a client that got no answer"), (.outbid, "outbid"),
      (.stopped, "stopped"),
    ]
    let parts = kinds.compactMap { kind, words -> String? in
      let all = findings.filter { $0.kind == kind }
      guard !all.isEmpty else { return nil }
      return "\(all.count) \(words) (\(all.reduce(0) { $0 + $1.costPerHour }.dollars) an hour)"
    }
    return parts.isEmpty
      ? nil
      : "There are pods that may cost money unseen: " + parts.joined(separator: ", ")
        + ". pods/reconcile tells which."
  }
}
