import JSON
package import Reporting

/// Deletes a network volume.
package enum VolumesDelete: ServiceMethod {
  package typealias Params = IdentifiedParams

  package typealias Result = NoResult

  package static let name = "volumes/delete"
  package static let summary =
    "Deletes a network volume with all its files."
  package static let params: [Schema.Field] = [.init("id", .string, "RunPod's id of the volume.", isRequired: true)]
  package static let result = Schema.object([])
  package static let errors: [Failure.Kind] = .runPod + [.notFound, .conflict]
  package static let effect = Effect.destroys
  package static let examples = [
    Example("delete", params: ["id": "agv6w2qcg7"], result: [:])
  ]
}
