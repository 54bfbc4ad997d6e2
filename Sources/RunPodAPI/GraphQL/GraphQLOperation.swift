/// A call in GraphQL's words.
struct GraphQLOperation: Sendable {
  let call: APICall
  /// The field of the answer that holds the result.
  let field: String
  let document: String
}

extension GraphQLOperation {
  static let podFields =
    "id name desiredStatus lastStatusChange imageName machineId gpuCount volumeInGb costPerHr podType "
    + "machine { podHostId gpuTypeId }"

  private static let runtimeFields =
    "env runtime { uptimeInSeconds ports { ip isIpPublic privatePort publicPort type } }"

  static let account = GraphQLOperation(
    call: .readAccount,
    field: "myself",
    document: "query { myself { id email clientBalance currentSpendPerHr } }"
  )

  static let sshKeys = GraphQLOperation(call: .keys, field: "myself", document: "query { myself { pubKey } }")

  static let pods = GraphQLOperation(
    call: .list,
    field: "myself",
    document: "query { myself { id pods { \(podFields) \(runtimeFields) } } }"
  )

  static let pod = GraphQLOperation(
    call: .show,
    field: "pod",
    document: "query($input: PodFilter) { pod(input: $input) { \(podFields) \(runtimeFields) } }"
  )

  /// A question of its own: should the field go, nothing else is refused with it.
  static let lowestBid = GraphQLOperation(
    call: .offers,
    field: "pod",
    document: "query($input: PodFilter) { pod(input: $input) { lowestBidPriceToResume } }"
  )

  static let deployOnDemand = mutation("podFindAndDeployOnDemand", input: "PodFindAndDeployOnDemandInput", .create)
  static let rentInterruptible = mutation("podRentInterruptable", input: "PodRentInterruptableInput!", .create)
  static let stop = mutation("podStop", input: "PodStopInput!", .stop)
  static let resume = mutation("podResume", input: "PodResumeInput!", .resume)
  static let resumeInterruptible = mutation("podBidResume", input: "PodBidResumeInput!", .resume)

  static let edit = mutation("podEditJob", input: "PodEditJobInput!", .update)
  /// What an edit has to repeat: the mutation takes neither an image nor a disk to be as it was.
  static let podBeforeEdit = GraphQLOperation(
    call: .show,
    field: "pod",
    document: "query($input: PodFilter) { pod(input: $input) { imageName containerDiskInGb env } }"
  )

  static let terminate = GraphQLOperation(
    call: .terminate,
    field: "podTerminate",
    document: "mutation($input: PodTerminateInput!) { podTerminate(input: $input) }"
  )

  private static func mutation(_ field: String, input: String, _ call: APICall) -> GraphQLOperation {
    GraphQLOperation(
      call: call,
      field: field,
      document: "mutation($input: \(input)) { \(field)(input: $input) { \(podFields) } }"
    )
  }
}
