import JSON
package import Pods
package import Reporting

/// One pod in the books beside the same pod at RunPod.
package enum PodsStatus: ServiceMethod {
  package typealias Params = PodParams
  package typealias Result = PodStatusReport

  package static let name = "pods/status"
  package static let summary = "Shows a pod in the books beside RunPod's own word, and whether the two agree."
  package static let params: [Schema.Field] = [.podId]
  package static let result = Schema.object([
    .init("pod", .pod, "The books as they were when the question was asked.", isRequired: true),
    .init("remote", .remotePod, "RunPod's answer; absent when it does not know the pod."),
    .init("agrees", .boolean, "Whether the two say the same; the books are corrected when not.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let examples = [
    Example(
      "both sides",
      params: ["podId": "50qynxzilsxoey"],
      result: [
        "pod": .examplePod,
        "remote": ["id": "50qynxzilsxoey", "name": "trainer-s1txj8n50k3k", "desiredStatus": "RUNNING"], "agrees": true,
      ]
    )
  ]
}
