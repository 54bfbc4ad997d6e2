import JSON
import Outside
import Reporting
import Values

/// RunPod's no. It gives few codes, so that its sentences have to be known; those here were recorded from live traffic by
/// several clients.
struct RunPodRefusal {
  let message: String
  let code: String?

  init(message: String, code: String? = nil) {
    self.message = message.visible
    self.code = code?.visible
  }

  /// An error within a GraphQL answer.
  init(graphQL error: JSONValue) {
    self.init(
      message: error["message"]?.stringValue ?? "no reason given",
      code: error["extensions"]?["code"]?.stringValue
    )
  }

  static let keyAdvice = "Set RUNPOD_API_KEY to a key from https://console.runpod.io/user/settings."
  static let scopeAdvice =
    "Give the key access to the API and to pods (or \"All\") in RunPod's settings; a key without GraphQL may work with "
    + "RUNPOD_API=rest."
  static let balanceAdvice = "Add funds, or raise the spending limit, at https://console.runpod.io/user/billing."
  static let capacityAdvice =
    "Try again later, another GPU type or data centre, or (for a spot pod) a higher bid or on demand."

  /// The failure that the refusal means for a call.
  func failure(of call: APICall) -> Failure {
    var failure = known(call) ?? Failure(.apiFailure, "RunPod did not \(call.purpose): \(message)", retryable: false)
    failure.details["runpodCode"] = code
    return failure
  }

  /// The same, nil when nothing is known of such a refusal.
  func known(_ call: APICall) -> Failure? {
    if says("not enough free GPUs on the host") {
      return Failure(
        .noCapacity,
        "RunPod did not \(call.purpose): \(message)",
        hint:
          "The pod is bound to its host, whose GPUs others use now: try again later, or terminate it and create another."
      )
    }
    if code == "SUPPLY_CONSTRAINT" || Self.capacityTexts.contains(where: says) {
      return Failure(.noCapacity, message, hint: Self.capacityAdvice)
    }
    if code == "INSUFFICIENT_BALANCE" || says("balance is too low") || says("spending limit") {
      return Failure(.insufficientBalance, message, hint: Self.balanceAdvice)
    }
    if code == "BID_TOO_LOW" || says("bid") && (says("minimum") || says("too low")) {
      return Failure(.noCapacity, message, hint: "Bid more; bidPerGpu: \"auto\" follows the lowest bid.")
    }
    if says("Cannot resume a spot pod") {
      return Failure(.conflict, message, hint: "It is a spot pod: resume it with bidPerGpu.")
    }
    if code == "POD_NOT_FOUND" || says("pod not found") || says("pod that does not exist") {
      return Failure(.notFound, message, hint: "List the pods to see what there is.")
    }
    if says("unauthorized") {
      return Failure(
        .forbidden,
        "RunPod does not let this key \(call.purpose).",
        hint: Self.scopeAdvice
      )
    }
    if code == "BAD_USER_INPUT" {
      return Failure(
        .configurationInvalid,
        "RunPod did not \(call.purpose): \(message)",
        hint: "Change what RunPod names, then try again."
      )
    }
    if code == "GRAPHQL_VALIDATION_FAILED" {
      return Failure(
        .apiFailure,
        "RunPod's API no longer takes this call: \(message)",
        hint: "Look for a newer runpod-rpc.",
        retryable: false
      )
    }
    if code == "INTERNAL_SERVER_ERROR" || says("Something went wrong") {
      return call.isRepeatable
        ? Failure(.apiFailure, "RunPod did not \(call.purpose): \(message)", retryable: true)
        : call.ambiguous(message)
    }
    if says("rate limit") { return Failure(.rateLimited, message, hint: "Try again in a minute.") }
    return nil
  }

  private static let capacityTexts = [
    "no longer any instances available",
    "no instances available",
    "no instances currently available",
    "could not find any pods with required specifications",
    "does not have the resources to deploy",
  ]

  private func says(_ text: String) -> Bool { message.bytes.lowercased.bytes.contains(text.bytes.lowercased) }
}
