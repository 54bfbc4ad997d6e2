import RunPodAPI
import Workflows

extension RunnerSetup {
  static func sample(_ change: (inout RunnerSetup) -> Void = { _ in }) -> RunnerSetup {
    var setup = RunnerSetup(
      pod: PodRequest(imageName: "runpod/base:1.0", gpuTypeIds: ["NVIDIA L4"], bidPerGpu: 0.5, interruptible: true),
      repoUrl: "https://github.com/octo/demo"
    )
    change(&setup)
    return setup
  }

  static func sample(named name: String, _ change: (inout RunnerSetup) -> Void = { _ in }) -> RunnerSetup {
    sample { setup in
      setup.runnerName = name
      change(&setup)
    }
  }
}

extension Workflow {
  var setupResult: RunnerSetupResult? { result as? RunnerSetupResult }
  var teardownResult: RunnerTeardownResult? { result as? RunnerTeardownResult }
  var fleetResult: FleetResult? { result as? FleetResult }
}
