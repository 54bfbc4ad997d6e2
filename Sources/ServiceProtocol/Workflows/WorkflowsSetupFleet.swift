import JSON
package import Reporting
package import Workflows

/// Sets up many runners at once; each succeeds or fails by itself.
package enum WorkflowsSetupFleet: ServiceMethod {
  package typealias Params = WorkflowStart<FleetSetup>
  package typealias Result = WorkflowResponse

  package static let name = "workflows/setupFleet"
  package static let summary = """
    Sets up many runners at once, each on a pod of its own. Each succeeds or fails by itself; the result lists all of \
    them.
    """
  package static let params: [Schema.Field] = [
    .init("pods", .array(.object(WorkflowsSetupRunner.setup)), "The runners to set up.", isRequired: true),
    .maxParallel,
    .init("minSuccess", .integer(minimum: 0), "With fewer the fleet fails, and all of it is undone.", default: 1),
    .init("stopOnFailure", .boolean, "Whether the first failure ends the whole.", default: false),
    .detach,
  ]
  package static let result = Schema.object([.workflow])
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
    )
  ]
}
