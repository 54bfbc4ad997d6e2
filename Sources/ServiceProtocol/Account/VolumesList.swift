import JSON
package import Reporting
package import RunPodAPI

/// The account's network volumes.
package enum VolumesList: ServiceMethod {
  package typealias Params = PageParams

  package struct Result: Codable, Sendable {
    package var volumes: [NetworkVolume]
    package var nextCursor: String?

    package init(volumes: [NetworkVolume], nextCursor: String?) {
      self.volumes = volumes
      self.nextCursor = nextCursor
    }
  }

  package static let name = "volumes/list"
  package static let summary =
    "Lists the account's network volumes, which outlive pods and cost money all the time."
  package static let params: [Schema.Field] = [.limit(1000), .cursor]
  package static let result = Schema.object([
    .init("volumes", .array(.networkVolume), "The volumes.", isRequired: true), .nextCursor,
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example("all", result: ["volumes": [.exampleVolume]])
  ]
}
