import JSON
package import Reporting

/// Has RunPod forget credentials.
package enum RegistriesDelete: ServiceMethod {
  package typealias Params = IdentifiedParams

  package typealias Result = NoResult

  package static let name = "registries/delete"
  package static let summary =
    "Has RunPod forget the credentials of an image registry."
  package static let params: [Schema.Field] = [
    .init("id", .string, "RunPod's id of the credentials.", isRequired: true)
  ]
  package static let result = Schema.object([])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("forget", params: ["id": "clzdaifot0001l90809257ynb"], result: [:])
  ]
}
