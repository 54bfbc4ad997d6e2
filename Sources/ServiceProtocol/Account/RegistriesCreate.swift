import JSON
package import Reporting
package import RunPodAPI

/// Gives RunPod credentials of an image registry.
package enum RegistriesCreate: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var name: String
    package var username: String
    package var file: String
  }

  package struct Result: Codable, Sendable {
    package var registry: RegistryCredential

    package init(registry: RegistryCredential) { self.registry = registry }
  }

  package static let name = "registries/create"
  package static let summary =
    "Gives RunPod the credentials with which it pulls private images. The password is read from a file, so that it is in no "
    + "message, log or recording."
  package static let toolSummary =
    "Gives RunPod the credentials with which it pulls private images. The password is read from a file."
  package static let params: [Schema.Field] = [
    .init("name", .string, "Their name.", isRequired: true),
    .init("username", .string, "Whose they are.", isRequired: true),
    .init(
      "file",
      .string,
      "A file on this machine with the password or token and nothing else; a line break at its end does not count.",
      isRequired: true
    ),
  ]
  package static let result = Schema.object([.init("registry", .registry, "The credentials.", isRequired: true)])
  package static let errors: [Failure.Kind] = .runPod + [.ambiguousOutcome]
  package static let effect = Effect.changes
  package static let examples = [
    Example(
      "a registry of GitHub's",
      params: ["name": "ghcr", "username": "octo", "file": "/run/secrets/ghcr"],
      result: ["registry": ["id": "clzdaifot0001l90809257ynb", "name": "ghcr"]]
    )
  ]
}
