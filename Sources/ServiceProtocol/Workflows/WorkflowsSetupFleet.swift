import JSON
package import Reporting
package import Workflows

/// Sets up many runners at once; each succeeds or fails by itself.
package enum WorkflowsSetupFleet: ServiceMethod {
  package struct Params: Decodable, Sendable {
    package var start: WorkflowStart<FleetSetup>
    /// Nothing is started.
    package var isDryRun: Bool

    private enum CodingKeys: String, CodingKey { case isDryRun = "dryRun" }

    package init(from decoder: any Decoder) throws {
      start = try WorkflowStart(from: decoder)
      isDryRun = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Bool.self, forKey: .isDryRun) ?? false
    }
  }

  package struct Result: Codable, Sendable {
    package var workflow: Workflow?
    package var plan: [FleetResult.Member]?

    package init(workflow: Workflow? = nil, plan: [FleetResult.Member]? = nil) {
      self.workflow = workflow
      self.plan = plan
    }
  }

  package static let name = "workflows/setupFleet"
  package static let summary = """
    Sets up many runners at once, each on a pod of its own. Each succeeds or fails by itself; the result lists all of \
    them. A fleet with a name can be given again: what is there stays, and only the difference is changed.
    """
  package static let toolSummary = summary + " Each of pods takes all params of workflows/setupRunner."
  package static let params: [Schema.Field] = [
    .init(
      "name",
      .string,
      "Names the fleet: given again under it, runners that changed or died are replaced, and those left out are taken away. "
        + "Absent: a new fleet each time."
    ),
    .init("pods", .array(.object(WorkflowsSetupRunner.request)), "The runners to set up.", isRequired: true),
    .maxParallel,
    .init(
      "minSuccess",
      .integer(minimum: 0, maximum: 1_000_000),
      "With fewer the fleet fails, and all of it is undone.",
      default: 1
    ),
    .init("stopOnFailure", .boolean, "Whether the first failure ends the whole.", default: false),
    .init("dryRun", .boolean, "Answers plan, what would be done; nothing is.", default: false),
    .detach,
    .follow,
  ]
  package static let paramsLike: [any ServiceMethod.Type] = [
    PodsCreate.self, RunnersInstall.self, WorkflowsSetupRunner.self,
  ]
  package static let result = Schema.object([
    .init("workflow", .workflow, "The workflow; absent with dryRun."),
    .init("plan", .array(member), "With dryRun: each member and what would be done about it."),
  ])
  package static let errors: [Failure.Kind] = .renting
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "two runners",
      params: [
        "pods": [
          [
            "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA L4",
            "repoUrl": "https://github.com/octo/models", "runnerName": "gpu-1",
          ],
          [
            "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA L4",
            "repoUrl": "https://github.com/octo/models", "runnerName": "gpu-2",
          ],
        ],
        "maxParallel": 2,
      ],
      result: ["workflow": .exampleFleetSetup]
    ),
    Example(
      "what would be done",
      params: [
        "name": "gpus",
        "pods": [
          [
            "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA L4",
            "repoUrl": "https://github.com/octo/models", "runnerName": "gpu-1",
          ]
        ],
        "dryRun": true,
      ],
      result: [
        "plan": [["name": "gpu-1", "state": "skipped", "change": "created"]]
      ]
    ),
  ]

  private static let member = Schema.object([
    .init("name", .string, "The runner's name; before it has one, the number of the member.", isRequired: true),
    .init("state", .word(FleetResult.Member.State.allCases.map(\.rawValue)), "skipped: still to do.", isRequired: true),
    .init("change", .word(FleetResult.Member.Change.allCases.map(\.rawValue)), "What is done about it."),
    .init("workflowId", .string, "The workflow that set it up."),
    .init("podId", .string, "Its pod."),
  ])
}
