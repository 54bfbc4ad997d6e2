import RunPodAPI

@testable import Runners
@testable import Workflows

extension RunnerOptions {
  /// What the schema's defaults come to.
  static let plain = RunnerOptions(
    labels: [],
    ephemeral: false,
    jit: false,
    replace: false,
    runAsRoot: false,
    packages: []
  )
}

extension RunnerSetup {
  static func sample(_ change: (inout RunnerSetup) -> Void = { _ in }) -> RunnerSetup {
    var setup = RunnerSetup(
      pod: PodRequest(imageName: "runpod/base:1.0", gpuTypeIds: ["NVIDIA L4"], bidPerGpu: 0.5, interruptible: true),
      options: .plain,
      terms: RunnerSetupTerms(
        repoUrl: "https://github.com/octo/demo",
        onFailure: .terminate,
        readyTimeoutSeconds: 600,
        verify: .none,
        verifyCommand: "nvidia-smi"
      )
    )
    change(&setup)
    return setup
  }

  static func sample(named name: String, _ change: (inout RunnerSetup) -> Void = { _ in }) -> RunnerSetup {
    sample { setup in
      setup.terms.runnerName = name
      change(&setup)
    }
  }
}

extension Workflow {
  var setupResult: RunnerSetupResult? { result as? RunnerSetupResult }
  var teardownResult: RunnerTeardownResult? { result as? RunnerTeardownResult }
  var fleetResult: FleetResult? { result as? FleetResult }
}
