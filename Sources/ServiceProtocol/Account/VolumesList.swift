import JSON
package import Reporting
package import RunPodAPI

/// The account's network volumes.
package enum VolumesList: ServiceMethod {
  package typealias Params = NoParams

  package struct Result: Codable, Sendable {
    package var volumes: [NetworkVolume]

    package init(volumes: [NetworkVolume]) { self.volumes = volumes }
  }

  package static let name = "volumes/list"
  package static let summary =
    "Lists the account's network volumes, which outlive pods and cost money all the time."
  package static let result = Schema.object([.init("volumes", .array(.networkVolume), "The volumes.", isRequired: true)]
  )
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example("all", result: ["volumes": [.exampleVolume]])
  ]
}
