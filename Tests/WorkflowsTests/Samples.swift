import RunPodAPI
import Workflows

extension RunnerSetup {
  static func sample(_ change: (inout RunnerSetup) -> Void = { _ in }) -> RunnerSetup {
    var setup = RunnerSetup(
      pod: PodRequest(imageName: "runpod/base:1.0", gpuTypeIds: ["NVIDIA L4"]),
      repoUrl: "https://github.com/octo/demo"
    )
    change(&setup)
    return setup
  }
}
