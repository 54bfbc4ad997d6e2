import HTTP
import Reporting

/// A call that we make, and what may be done when it fails.
struct APICall: Sendable, Hashable {
  /// What was tried, as the end of "RunPod did not …".
  let purpose: String
  /// Whether doing it twice is the same as doing it once.
  let isRepeatable: Bool

  static let readAccount = APICall(purpose: "tell the account", isRepeatable: true)
  static let list = APICall(purpose: "list the pods", isRepeatable: true)
  static let show = APICall(purpose: "show the pod", isRepeatable: true)
  static let offers = APICall(purpose: "tell its prices", isRepeatable: true)
  static let keys = APICall(purpose: "tell the account's SSH keys", isRepeatable: true)
  static let logs = APICall(purpose: "show the pod's log", isRepeatable: true)
  static let resources = APICall(purpose: "list what the account has", isRepeatable: true)
  static let add = APICall(purpose: "create it", isRepeatable: false)
  static let remove = APICall(purpose: "delete it", isRepeatable: true)
  static let restart = APICall(purpose: "restart the pod", isRepeatable: false)
  static let update = APICall(purpose: "change the pod", isRepeatable: true)
  static let create = APICall(purpose: "create the pod", isRepeatable: false)
  static let stop = APICall(purpose: "stop the pod", isRepeatable: true)
  static let resume = APICall(purpose: "resume the pod", isRepeatable: false)
  static let terminate = APICall(purpose: "terminate the pod", isRepeatable: true)

  /// A creation searches hosts for a while.
  var timeout: Duration { isRepeatable ? .seconds(20) : .seconds(60) }

  var retries: RetryPolicy { isRepeatable ? .repeatable : .unrepeatable }

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

  /// An answer of status 200 that has nothing of the API in it: a captive portal, a proxy, an answer cut short.
  func unreadable(_ response: HTTPResponse) -> Failure {
    isRepeatable
      ? Failure(
        .apiFailure,
        "RunPod's answer is none of its API: \"\(response.excerptOfPage(limit: 80))\".",
        hint: "Check RUNPOD_API_URL; a proxy in between can also be the reason."
      )
      : ambiguous("the answer is none of its API")
  }
}
