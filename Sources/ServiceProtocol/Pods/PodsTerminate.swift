import JSON
package import Pods
package import Reporting
package import Runners

/// Ends a pod for good.
package enum PodsTerminate: ServiceMethod {
  package typealias Params = PodParams

  package struct Result: Codable, Sendable {
    package var pod: Pod
    package var runners: [GhostRunner]

    package init(pod: Pod, runners: [GhostRunner]) {
      self.pod = pod
      self.runners = runners
    }
  }

  package static let name = "pods/terminate"
  package static let summary =
    "Ends a pod for good, with all its disks, makes sure that it is gone, and takes its runners out of GitHub's list."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([
    .pod,
    .init(
      "runners",
      .array(.ghostRunner),
      "The runners that were put on it by a runpod-rpc with these books and had not been removed.",
      isRequired: true
    ),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("terminate", params: ["podId": "50qynxzilsxoey"], result: ["pod": .exampleTerminatedPod, "runners": []])
  ]
}
