import JSON
package import Pods
package import Reporting

/// Changes a pod that exists.
package enum PodsUpdate: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var imageName: String?
    package var env: [String: String]?
    package var ports: String?
    package var containerDiskInGb: Int?
  }

  package struct Result: Codable, Sendable {
    package var pod: Pod
    package var restarted: Bool

    package init(pod: Pod, restarted: Bool) {
      self.pod = pod
      self.restarted = restarted
    }
  }

  package static let name = "pods/update"
  package static let summary =
    "Changes a pod's image, environment, ports or container disk. RunPod starts a running pod's container anew for each of "
    + "these: whatever runs on it ends, the container disk is wiped, and the volume stays."
  package static let params: [Schema.Field] = [
    .podId,
    .init("imageName", .string, "The container image."),
    .init(
      "env",
      .map(.string),
      "Environment variables to set; the others stay as they are. Anyone in the account can read them. The container starts "
        + "anew."
    ),
    .init("ports", .string, "Ports to open, all of them: \"22/tcp,8888/http\"."),
    .init(
      "containerDiskInGb",
      .gigabytes(minimum: 1),
      "The container disk, which is wiped."
    ),
  ]
  package static let result = Schema.object([
    .pod,
    .init(
      "restarted",
      .boolean,
      "Whether the container starts anew now: pods/wait tells when it can be reached. false for a stopped pod, whose next "
        + "start has the changes.",
      isRequired: true
    ),
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict]
  package static let effect = Effect.destroys
  package static let examples = [
    Example(
      "another image",
      params: ["podId": "50qynxzilsxoey", "imageName": "runpod/pytorch:2.4.0"],
      result: ["pod": .exampleStartingPod, "restarted": true]
    )
  ]
}
