import JSON
package import Pods
package import Reporting

/// A page of the books, brought up to date by one call.
package enum PodsList: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var status: PodStatus?
    package var limit: Int
    package var cursor: String?
  }

  package typealias Result = PodPage

  package static let name = "pods/list"
  package static let summary =
    "Lists the account's pods in the state file, newest first, brought up to date by one call to RunPod."
  package static let params: [Schema.Field] = [
    .init("status", .word(PodStatus.allCases.map(\.rawValue)), "Only pods of this status."),
    .limit(100), .cursor,
  ]
  package static let result = Schema.object([
    .init("pods", .array(.pod), "The page.", isRequired: true), .nextCursor,
    .init(
      "otherAccounts",
      .integer(minimum: 1),
      "How many live pods in the state file belong to other RunPod accounts."
    ),
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example("running pods", params: ["status": "running"], result: ["pods": [.examplePod]])
  ]
}
