import HTTP
import Reporting

/// A call that we make, and what may be done when it fails.
struct GraphQLOperation: Sendable {
  /// The field of the answer that holds the result.
  let field: String
  let document: String
  /// Whether doing it twice is the same as doing it once.
  let isRepeatable: Bool
  /// What was tried, as the end of "RunPod did not …".
  let purpose: String

  /// A creation searches hosts for a while.
  var timeout: Duration { isRepeatable ? .seconds(20) : .seconds(60) }

  var retries: RetryPolicy { isRepeatable ? .repeatable : .once }

  /// What the caller of an unanswered call hears.
  func failure(_ failure: HTTPFailure) -> Failure {
    isRepeatable || !failure.mayHaveReachedServer
      ? failure.failure(calling: "RunPod")
      : ambiguous("the answer was lost: \(failure.message)")
  }

  /// It cannot be told whether the call had its effect.
  func ambiguous(_ reason: String) -> Failure {
    Failure(
      .ambiguousOutcome,
      "RunPod was asked to \(purpose), and whether it did is not known: \(reason).",
      hint: "Look at the list of pods before trying again: the pod may exist and cost money.",
      retryable: false
    )
  }
}

extension GraphQLOperation {
  private static let podFields =
    "id name desiredStatus lastStatusChange imageName machineId gpuCount costPerHr podType machine { podHostId }"

  private static let runtimeFields =
    "runtime { uptimeInSeconds ports { ip isIpPublic privatePort publicPort type } }"

  static let account = query("myself", "{ id email clientBalance currentSpendPerHr }", purpose: "tell the account")

  static let pods = query("myself", "{ pods { \(podFields) \(runtimeFields) } }", purpose: "list the pods")

  static let pod = GraphQLOperation(
    field: "pod",
    document: "query($input: PodFilter) { pod(input: $input) { \(podFields) \(runtimeFields) } }",
    isRepeatable: true,
    purpose: "show the pod"
  )

  static let deployOnDemand = mutation(
    "podFindAndDeployOnDemand",
    input: "PodFindAndDeployOnDemandInput",
    isRepeatable: false,
    purpose: "create the pod"
  )

  static let rentInterruptible = mutation(
    "podRentInterruptable",
    input: "PodRentInterruptableInput!",
    isRepeatable: false,
    purpose: "create the pod"
  )

  static let stop = mutation("podStop", input: "PodStopInput!", isRepeatable: true, purpose: "stop the pod")

  static let resume = mutation("podResume", input: "PodResumeInput!", isRepeatable: false, purpose: "resume the pod")

  static let resumeInterruptible = mutation(
    "podBidResume",
    input: "PodBidResumeInput!",
    isRepeatable: false,
    purpose: "resume the pod"
  )

  static let terminate = GraphQLOperation(
    field: "podTerminate",
    document: "mutation($input: PodTerminateInput!) { podTerminate(input: $input) }",
    isRepeatable: true,
    purpose: "terminate the pod"
  )

  private static func query(_ field: String, _ selection: String, purpose: String) -> GraphQLOperation {
    GraphQLOperation(
      field: field,
      document: "query { \(field) \(selection) }",
      isRepeatable: true,
      purpose: purpose
    )
  }

  private static func mutation(
    _ field: String,
    input: String,
    isRepeatable: Bool,
    purpose: String
  ) -> GraphQLOperation {
    GraphQLOperation(
      field: field,
      document: "mutation($input: \(input)) { \(field)(input: $input) { \(podFields) } }",
      isRepeatable: isRepeatable,
      purpose: purpose
    )
  }
}
