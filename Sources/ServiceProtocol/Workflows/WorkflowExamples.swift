import JSON
import Workflows

/// The workflows of the examples.
extension JSONValue {
  static let exampleSetup = exampleWorkflow(
    "wf-586nq1iqyg5m",
    .setupRunner,
    .succeeded,
    [step("rentPod", "Rent a pod", .succeeded)],
    ["result": ["podId": "50qynxzilsxoey", "runnerName": "gpu-1"]]
  )

  static let exampleRunningSetup = exampleWorkflow(
    "wf-586nq1iqyg5m",
    .setupRunner,
    .running,
    [step("rentPod", "Rent a pod", .succeeded), step("awaitPod", "Wait until it is ready", .running)]
  )

  static let exampleCancelledSetup = exampleWorkflow(
    "wf-586nq1iqyg5m",
    .setupRunner,
    .cancelled,
    [step("rentPod", "Rent a pod", .undone)],
    [
      "error": [
        "kind": "cancelled", "message": "The workflow was cancelled. Cleaned up: pod 50qynxzilsxoey.",
        "retryable": true, "resources": [:],
        "details": ["cleaned": "pod 50qynxzilsxoey", "workflowId": "wf-586nq1iqyg5m"],
      ]
    ]
  )

  static let exampleTeardown = exampleWorkflow(
    "wf-10fdoqqk6ybc",
    .teardownRunner,
    .succeeded,
    [step("stopRunner", "Stop the runner", .succeeded)],
    [
      "result": [
        "podId": "50qynxzilsxoey", "podStatus": "terminated", "runnerName": "gpu-1", "deregistered": true,
        "filesRemoved": true, "warnings": [],
      ]
    ]
  )

  static let exampleFleetSetup = exampleWorkflow(
    "wf-9pfmpp8r271s",
    .setupFleet,
    .succeeded,
    [step("setUpMembers", "Set up 2 runners", .succeeded)],
    [
      "result": [
        "members": [member("wf-9pfmpp8r271s", 1), member("wf-9pfmpp8r271s", 2)], "succeeded": 2, "failed": 0,
        "costPerHour": 0.58, "durationSeconds": 73,
      ]
    ]
  )

  static let exampleFleetTeardown = exampleWorkflow(
    "wf-1i9m1qcqmivk",
    .teardownFleet,
    .succeeded,
    [step("tearDownMembers", "Tear the runners down", .succeeded)],
    [
      "result": [
        "members": [member("wf-1i9m1qcqmivk", 1), member("wf-1i9m1qcqmivk", 2)], "succeeded": 2, "failed": 0,
        "durationSeconds": 4,
      ]
    ]
  )

  private static func exampleWorkflow(
    _ id: JSONValue,
    _ kind: WorkflowKind,
    _ state: WorkflowState,
    _ steps: [JSONValue],
    _ outcome: JSONObject = [:]
  ) -> JSONValue {
    var workflow: JSONObject = [
      "id": id, "kind": .string(kind.rawValue), "state": .string(state.rawValue), "steps": .array(steps),
    ]
    for (name, value) in outcome { workflow[name] = value }
    workflow["created"] = "2026-11-23T12:00:00Z"
    workflow["updated"] = "2026-11-23T12:01:10Z"
    return .object(workflow)
  }

  private static func step(_ name: JSONValue, _ title: JSONValue, _ state: WorkflowStep.State) -> JSONValue {
    ["name": name, "title": title, "state": .string(state.rawValue), "started": "2026-11-23T12:00:00Z"]
  }

  private static func member(_ fleet: String, _ number: Int) -> JSONValue {
    [
      "name": .string("gpu-\(number)"), "state": "succeeded", "workflowId": .string("\(fleet).\(number)"),
      "podId": number == 1 ? "50qynxzilsxoey" : "9b2k0s8x7m1qwe",
    ]
  }
}
