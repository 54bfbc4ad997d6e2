import HTTP
import JSON
import Reporting
import Values

/// An answer of the REST API. Refusals are `application/problem+json`, without codes that machines could go by: 400 stands
/// for a broken rule as well as for no capacity.
struct RestAnswer {
  private let response: HTTPResponse
  private let json: JSONValue?

  init(_ response: HTTPResponse) {
    self.response = response
    json = try? JSONValue(parsing: response.body)
  }

  /// The body of a success, null when it has none.
  ///
  /// - Throws: `Failure`.
  func value(of call: APICall) throws -> JSONValue {
    switch response.status {
    case 204: return .null
    case 200...299:
      if response.body.isEmpty { return .null }
      guard let json, json.objectValue != nil else { throw call.unreadable(response) }
      return json
    default: throw refusal(of: call)
    }
  }

  private func refusal(of call: APICall) -> Failure {
    guard let said, let kindred = kindred(said, call) else { return call.failure(response, said: said) }
    var failure = kindred
    failure.details["httpStatus"] = "\(response.status)"
    return failure
  }

  private func kindred(_ said: String, _ call: APICall) -> Failure? {
    switch response.status {
    case 400:
      return RunPodRefusal(message: said).known(call)
        ?? Failure(
          .configurationInvalid,
          "RunPod did not \(call.purpose): \(said)",
          hint:
            "RunPod answers so when a rule is broken, and also when there is no capacity: check the request, or try "
            + "another GPU type or data centre."
        )
    case 404: return Failure(.notFound, "RunPod: \(said).", hint: "List the pods to see what there is.")
    case 409:
      return RunPodRefusal(message: said).known(call)
        ?? Failure(.conflict, "RunPod did not \(call.purpose): \(said)", hint: "Look at the pod's status first.")
    case 413, 422:
      return Failure(
        .configurationInvalid,
        "RunPod did not \(call.purpose): \(said)",
        hint: "Change what RunPod names, then try again."
      )
    default: return nil
    }
  }

  /// The API's own sentence, with the faults of single members; nil for a body that is not the API's.
  private var said: String? {
    guard let detail = json?["detail"]?.stringValue ?? json?["title"]?.stringValue else { return nil }
    let faults = (json?["errors"]?.arrayValue ?? []).compactMap { fault -> String? in
      if let text = fault.stringValue { return text }
      guard let text = (fault["message"] ?? fault["detail"])?.stringValue else { return nil }
      let place = (fault["location"] ?? fault["field"] ?? fault["path"] ?? fault["pointer"])?.stringValue
      return place.map { "\($0): \(text)" } ?? text
    }
    return (faults.isEmpty ? detail : detail + " " + faults.joined(separator: "; ")).visible
  }
}
