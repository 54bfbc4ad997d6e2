import JSON
package import Pods
package import Reporting
package import Runners

/// The books held against the account.
package enum PodsReconcile: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var apply: Bool
    package var orphans: PodManager.Orphans
  }

  package struct Result: Codable, Sendable {
    package var findings: [Finding]
    package var costPerHour: Double
    package var others: Reconciliation.Others
    package var ghosts: [GhostRunner]

    package init(_ found: Reconciliation, ghosts: [GhostRunner]) {
      findings = found.findings
      costPerHour = found.costPerHour
      others = found.others
      self.ghosts = ghosts
    }
  }

  package static let name = "pods/reconcile"
  package static let summary =
    "Tells which pods cost money unseen or are gone unseen, and what each costs an hour; with apply it ends what nobody wants "
    + "and adopts what is of lost books, and takes runners of pods that are gone out of GitHub's list. "
    + "Nothing is touched that was not seen twice, or that no runpod-rpc named."
  package static let params: [Schema.Field] = [
    .init("apply", .boolean, "Do something about it.", default: false),
    .init(
      "orphans",
      .word(PodManager.Orphans.allCases.map(\.rawValue)),
      "What apply does with pods that a runpod-rpc named and that are in no books here. Another machine may be using them.",
      default: "adopt"
    ),
  ]
  package static let result = Schema.object([
    .init("findings", .array(.finding), "The dearest first.", isRequired: true),
    .init("costPerHour", .number(), "USD at present, of all pods in the books.", isRequired: true),
    .init(
      "others",
      .object([
        .init("count", .integer(minimum: 0), "How many.", isRequired: true),
        .init("costPerHour", .number(), "USD at present.", isRequired: true),
      ]),
      "Pods of the account that nobody named by a runpod-rpc; they are never touched.",
      isRequired: true
    ),
    .init(
      "ghosts",
      .array(.ghostRunner),
      "Runners in GitHub's list that were put on pods which are gone.",
      isRequired: true
    ),
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "a look",
      result: [
        "findings": [
          [
            "kind": "outbid", "podId": "50qynxzilsxoey", "name": "trainer-s1txj8n50k3k", "costPerHour": 0.0137,
            "since": "2026-11-23T12:00:00Z", "advice": .string(Finding.Kind.outbid.advice),
          ]
        ],
        "costPerHour": 0.0137, "others": ["count": 0, "costPerHour": 0], "ghosts": [],
      ]
    )
  ]
}

extension Schema {
  fileprivate static let finding = Schema.object([
    .init(
      "kind",
      .word(Finding.Kind.allCases.map(\.rawValue)),
      "orphan: named by a runpod-rpc and in no books here. overdue: wanted by nobody. lost: gone without our doing. outbid, "
        + "stopped: its volume is paid for.",
      isRequired: true
    ),
    .init("podId", .string, "RunPod's id.", isRequired: true),
    .init("name", .string, "The pod's name.", isRequired: true),
    .init("costPerHour", .number(), "USD at present.", isRequired: true),
    .init("since", .time, "Since when, as far as the books tell."),
    .init("advice", .string, "What to do about it.", isRequired: true),
    .init("action", .word(Finding.Action.allCases.map(\.rawValue)), "What was done; absent for nothing."),
  ])
}
