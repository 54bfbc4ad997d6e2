package import Reporting
package import RunPodAPI

/// What became of one candidate.
package struct CapacityAnswer: Sendable, Hashable {
  package var candidate: PodCandidate
  package var kind: Failure.Kind
  /// What RunPod said, or why it was not asked.
  package var text: String
}

extension Failure {
  /// The failure of a request that nothing came of, with what each of its candidates was answered.
  static func noCandidate(_ answers: [CapacityAnswer]) -> Failure {
    let lines = answers.map { "\($0.candidate.words): \($0.text)" }
    let shown = lines.prefix(3).joined(separator: " ") + (lines.count > 3 ? " And \(lines.count - 3) more." : "")
    let kinds = Set(answers.map(\.kind))
    return Failure(
      kinds.count == 1 ? answers[0].kind : .noCapacity,
      "No pod could be rented in \(answers.count == 1 ? "the one way" : "any of the \(answers.count) ways") asked for. "
        + shown,
      hint: "Try again later, other GPU types or data centres (pods/offers tells what there is), a higher limit, or "
        + "interruptible: \"prefer\".",
      // Characters: words of our own.
      details: Dictionary(
        uniqueKeysWithValues: lines.enumerated().map { index, line in ("candidate\(index + 1)", line) }
      )
    )
  }

  /// The limit is the user's own.
  static func overBudget(_ budget: Double, present: Double, adding cost: Double?) -> Failure {
    Failure(
      .insufficientBalance,
      "It would cost \((cost ?? 0).dollars) an hour; with the \(present.dollars) of the other pods that is more than "
        + "MAX_COST_PER_HOUR, \(budget.dollars).",
      hint: "End pods that are not needed (pods/list, pods/reconcile), or raise MAX_COST_PER_HOUR.",
      details: ["budget": "\(budget)"]
    )
  }

  var isOverBudget: Bool { details["budget"] != nil }

  /// Whether the refusal is about what was asked for, so that asking for something else may help.
  var isWorthAnotherCandidate: Bool {
    kind == .noCapacity || details["unsupported"] != nil
      || ["400", "403"].contains(details["httpStatus"])
        && [.configurationInvalid, .forbidden].contains(kind)
  }
}
