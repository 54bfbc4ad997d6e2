import JSON
package import Pods
package import Reporting

/// Follows pods.
package enum PodsWatch: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: OneOrMany?
  }

  package struct Result: Codable, Sendable {
    package var watchId: Int
    package var pods: [Pod]

    package init(watchId: Int, pods: [Pod]) {
      self.watchId = watchId
      self.pods = pods
    }
  }

  /// The notification of a change: `pods/didChange`.
  package struct DidChange: Codable, Sendable {
    package static let name = "pods/didChange"

    package var watchId: Int
    package var pod: Pod
    package var previous: PodStatus?
    package var outbid: Bool

    package init(watchId: Int, change: PodChange) {
      self.watchId = watchId
      pod = change.pod
      previous = change.previous
      outbid = change.isOutbid
    }
  }

  package static let name = "pods/watch"
  package static let summary =
    "Follows pods: answers them as they are, and sends pods/didChange with watchId, pod, its previous status and outbid (a "
    + "spot pod was lost) whenever anything happens to one, until pods/unwatch."
  package static let params: [Schema.Field] = [
    .init(
      "podId",
      .oneOrMany(.string),
      "One pod, or several; all when absent, also those to come.",
      aliases: ["podIds"]
    )
  ]
  package static let result = Schema.object([
    .init("watchId", .integer(minimum: 1), "Names this watch.", isRequired: true),
    .init("pods", .array(.pod), "The pods as they are now, oldest first.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let isTool = false
  package static let examples = [
    Example("all pods", result: ["watchId": 1, "pods": [.examplePod]])
  ]
}

extension ServiceNotification {
  static let podsDidChange = ServiceNotification(
    PodsWatch.DidChange.name,
    .serverToClient,
    "Something happened to a pod that is watched.",
    params: [
      .init("watchId", .integer(minimum: 1), "The watch.", isRequired: true),
      .init("pod", .pod, "The pod as it is now.", isRequired: true),
      .init("previous", .string, "Its status before; absent for a pod that is new here."),
      .init("outbid", .boolean, "Whether a spot pod was lost to a higher bid.", isRequired: true),
    ],
    example: ["watchId": 1, "pod": .examplePod, "previous": "starting", "outbid": false]
  )
}
