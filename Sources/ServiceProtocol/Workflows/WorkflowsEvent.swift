import JSON
package import Workflows

/// The notification that follows a workflow: `workflows/event`.
package struct WorkflowsEvent: Codable, Sendable {
  package static let name = "workflows/event"

  package var workflowId: String
  package var event: WorkflowEvent

  package init(workflowId: String, event: WorkflowEvent) {
    self.workflowId = workflowId
    self.event = event
  }
}

extension ServiceNotification {
  static let workflowsEvent = ServiceNotification(
    WorkflowsEvent.name,
    .serverToClient,
    "Something happened in a workflow that is followed: in order, without gaps, before the answer of who follows.",
    params: [
      .workflowId,
      .init("event", .workflowEvent, "As workflows/events answers it.", isRequired: true),
    ],
    example: [
      "workflowId": "wf-586nq1iqyg5m",
      "event": [
        "sequence": 2, "time": "2026-11-23T12:00:00Z", "type": "step", "step": "rentPod", "state": "running",
        "message": "Step 1/5: Rent a pod", "fraction": 0,
      ],
    ]
  )
}
