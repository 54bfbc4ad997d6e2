import JSON
import Reporting
package import Workflows

extension Schema {
  /// A workflow as the journal knows it.
  static let workflow = Schema.object([
    .init("id", .string, "Names the workflow for good.", isRequired: true),
    .init("kind", .word(WorkflowKind.allCases.map(\.rawValue)), "What it is for.", isRequired: true),
    .init("state", .word(WorkflowState.allCases.map(\.rawValue)), "Where it is in its life.", isRequired: true),
    .init("steps", .array(step), "Its steps, in order.", isRequired: true),
    .init("result", .openObject([]), "What came of it: `podId`, `runner`, `created`, `removed`; `members` of a fleet."),
    .init(
      "error",
      .object([
        .init("kind", .string, "The stable name of the failure, or cancelled.", isRequired: true),
        .init("message", .string, "What happened.", isRequired: true),
        .init("hint", .string, "What to do about it."),
        .init("retryable", .boolean, "Whether the same may succeed when it is tried again.", isRequired: true),
        .init("resources", .map(.string), "What still exists because of it.", isRequired: true),
        .init("details", .map(.string), "`cleaned` and `remaining` list what was made.", isRequired: true),
      ]),
      "Why it did not succeed."
    ),
    .init("created", .time, "When it was asked for.", isRequired: true),
    .init("updated", .time, "When anything about it changed last.", isRequired: true),
  ])

  private static let step = Schema.object([
    .init("name", .string, "The step.", isRequired: true),
    .init("title", .string, "The step, for people.", isRequired: true),
    .init("state", .word(WorkflowStep.State.allCases.map(\.rawValue)), "How far it is.", isRequired: true),
    .init("message", .string, "What it said last."),
    .init("started", .time, "When it began."),
    .init("finished", .time, "When it ended."),
  ])
}

extension Schema.Field {
  static let workflowId = Schema.Field("workflowId", .string, "The workflow's id.", isRequired: true)
  static let workflow = Schema.Field("workflow", .workflow, "The workflow.", isRequired: true)
  static let detach = Schema.Field(
    "detach",
    .boolean,
    "Answers at once, with the workflow running; workflows/wait and workflows/events follow it.",
    default: false
  )
  static let follow = Schema.Field(
    "follow",
    .boolean,
    "Sends workflows/event for everything that happens in it, until the answer; not with detach.",
    default: false
  )
  static let maxParallel = Schema.Field(
    "maxParallel",
    .integer(minimum: 1, maximum: 1000),
    "How many are worked on at once.",
    default: 3,
    aliases: ["max_parallel"]
  )
  static let podFate = Schema.Field(
    "pod",
    .word(RunnerTeardown.PodFate.allCases.map(\.rawValue)),
    "What becomes of the pod: ended for good, stopped (its volume is kept and paid for), or left running.",
    default: "terminate"
  )
}

extension [Failure.Kind] {
  /// What a workflow that rents pods can fail with.
  static let renting: [Failure.Kind] =
    .runner + [.noCapacity, .insufficientBalance, .ambiguousOutcome, .checksumMismatch]
}

/// A workflow to start, and how its caller wants to hear of it.
package struct WorkflowStart<Request: Decodable & Sendable>: Decodable, Sendable {
  package var request: Request
  package var detach: Bool
  package var follow: Bool

  private enum CodingKeys: String, CodingKey { case detach, follow }

  /// The request's members stand beside these.
  package init(from decoder: any Decoder) throws {
    request = try Request(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    detach = try values.decodeIfPresent(Bool.self, forKey: .detach) ?? false
    follow = try values.decodeIfPresent(Bool.self, forKey: .follow) ?? false
  }
}

/// Params of the methods about one workflow.
package struct WorkflowParams: Decodable, Sendable {
  package var workflowId: String
}

/// Results that are one workflow.
package struct WorkflowResponse: Codable, Sendable {
  package var workflow: Workflow

  package init(workflow: Workflow) { self.workflow = workflow }
}
