import JSON
package import Reporting
package import RunPodAPI

/// Credentials of image registries.
package enum RegistriesList: ServiceMethod {
  package typealias Params = PageParams

  package struct Result: Codable, Sendable {
    package var registries: [RegistryCredential]
    package var nextCursor: String?

    package init(registries: [RegistryCredential], nextCursor: String?) {
      self.registries = registries
      self.nextCursor = nextCursor
    }
  }

  package static let name = "registries/list"
  package static let summary =
    "Lists the credentials of image registries that RunPod keeps for the account, by name."
  package static let params: [Schema.Field] = [.limit(1000), .cursor]
  package static let result = Schema.object([
    .init("registries", .array(.registry), "The credentials.", isRequired: true), .nextCursor,
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example("all", result: ["registries": [["id": "clzdaifot0001l90809257ynb", "name": "ghcr"]]])
  ]
}
