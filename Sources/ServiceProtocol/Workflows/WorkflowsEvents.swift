import JSON
package import Reporting
package import Workflows

/// What happened in a workflow, from a cursor on.
package enum WorkflowsEvents: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package var workflowId: String
    package var cursor: Int
    package var limit: Int
  }

  package typealias Result = WorkflowEventPage

  package static let name = "workflows/events"
  package static let summary = "Answers what happened in a workflow, in order and without gaps, from a cursor on."
  package static let params: [Schema.Field] = [
    .workflowId,
    .init("cursor", .counter(minimum: 0), "The nextCursor of the answer before; 0: from the beginning.", default: 0),
    .init("limit", .integer(minimum: 1, maximum: 10_000), "How many at most.", default: 1000),
  ]
  package static let result = Schema.object([
    .init("events", .array(.workflowEvent), "The events.", isRequired: true),
    .init("nextCursor", .integer(minimum: 0), "Gives what follows.", isRequired: true),
    .init("isComplete", .boolean, "Whether nothing will follow.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = [.notFound, .storeFailure]
  package static let examples = [
    Example(
      "from the beginning",
      params: ["workflowId": "wf-586nq1iqyg5m", "limit": 2],
      result: [
        "events": [
          ["sequence": 1, "time": "2026-11-23T12:00:00Z", "type": "started", "message": "Started", "fraction": 0],
          [
            "sequence": 2, "time": "2026-11-23T12:00:00Z", "type": "step", "message": "Step 1/5: Rent a pod",
            "fraction": 0, "step": "rentPod", "state": "running",
          ],
        ],
        "nextCursor": 2, "isComplete": false,
      ]
    )
  ]
}

extension Schema {
  /// One thing that happened in a workflow.
  static let workflowEvent = Schema.object([
    .init("sequence", .integer(minimum: 1), "1, 2, 3, … within its workflow, without gaps.", isRequired: true),
    .init("time", .time, "When.", isRequired: true),
    .init("type", .word(WorkflowEvent.Kind.allCases.map(\.rawValue)), "What.", isRequired: true),
    .init("message", .string, "For people."),
    .init("fraction", .number(minimum: 0), "How much of the whole is done, 0...1; never falls."),
    .init("step", .string, "The step that it is about."),
    .init("state", .string, "Of the step, the member or the workflow that it is about."),
    .init("workflowId", .string, "The workflow of the member that it is about."),
    .init("costSoFar", .number(minimum: 0), "USD for the pods that it has rented, by now."),
  ])
}
