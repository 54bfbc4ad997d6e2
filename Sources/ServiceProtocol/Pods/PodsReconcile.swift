import JSON
package import Pods
package import Reporting
package import Runners

/// Differences between the state file and the RunPod account.
package enum PodsReconcile: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var apply: Bool
    package var orphans: PodManager.Orphans
    package var owner: String?
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
    "Compares the state file with the RunPod account: which pods cost money unseen or are gone unseen, and what each costs an "
    + "hour. With apply it ends pods past their deadline, adopts orphaned pods, and removes runners of pods that are gone from "
    + "GitHub's list. It touches only pods that a runpod-rpc created and that it saw twice, and those of another installation "
    + "only when their owner's id is given."
  package static let toolSummary = """
    Compares the state file with the RunPod account: which pods cost money unseen or are gone unseen. With apply it ends \
    pods past their deadline, adopts orphaned pods, and removes runners of pods that are gone from GitHub's list.
    """
  package static let params: [Schema.Field] = [
    .init("apply", .boolean, "Do something about it.", default: false),
    .init(
      "orphans",
      .word(PodManager.Orphans.allCases.map(\.rawValue)),
      "What apply does with orphaned pods: those that this installation, or one that the pod does not name, created and that "
        + "the state file does not know.",
      default: "adopt"
    ),
    .init(
      "owner",
      .string,
      "The id of another installation, as a finding of kind foreign names it: apply deals with its pods as with orphans."
    ),
  ]
  package static let result = Schema.object([
    .init("findings", .array(.finding), "The dearest first.", isRequired: true),
    .init("costPerHour", .number(), "USD at present, of all pods in the state file.", isRequired: true),
    .init(
      "others",
      .object([
        .init("count", .integer(minimum: 0), "How many.", isRequired: true),
        .init("costPerHour", .number(), "USD at present.", isRequired: true),
      ]),
      "Pods of the account that no runpod-rpc created; they are never touched.",
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
      "orphan: created by a runpod-rpc but unknown to this state file. foreign: created by another installation, which owner "
        + "names. overdue: past its deadline. unclaimed: rented for a request whose answer may have reached nobody. lost: terminated by someone else. outbid, stopped: its volume is paid for.",
      isRequired: true
    ),
    .init("podId", .string, "RunPod's id.", isRequired: true),
    .init("name", .string, "The pod's name.", isRequired: true),
    .init("costPerHour", .number(), "USD at present.", isRequired: true),
    .init("since", .time, "Since when, as far as the state file tells."),
    .init("ownerId", .string, "The id of the installation that created it, as far as the pod says."),
    .init("owner", .string, "The person and the machine that created it: \"user@host\"."),
    .init("advice", .string, "What to do about it.", isRequired: true),
    .init("action", .word(Finding.Action.allCases.map(\.rawValue)), "What was done; absent for nothing."),
  ])
}
