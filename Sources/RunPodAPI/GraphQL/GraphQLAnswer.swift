import HTTP
import JSON
import Reporting

/// An answer of the GraphQL API: RunPod's refusals come with status 200, and bodies of other statuses need not be JSON.
struct GraphQLAnswer {
  private let response: HTTPResponse
  private let json: JSONValue?

  init(_ response: HTTPResponse) {
    self.response = response
    json = try? JSONValue(parsing: response.body)
  }

  /// The operation's result, null included.
  ///
  /// - Throws: `Failure`.
  func value(of operation: GraphQLOperation) throws -> JSONValue {
    let call = operation.call
    if let refusal = json?["errors"]?.arrayValue?.first.map(RunPodRefusal.init(graphQL:)) {
      // With a status of its own, 401 or 429 say, that says more than the text.
      guard [200, 400].contains(response.status) else { throw call.failure(response, said: refusal.message) }
      throw refusal.failure(of: call)
    }
    guard response.status == 200 else { throw call.failure(response, said: nil) }
    guard let data = json?["data"], data.objectValue != nil else { throw call.unreadable(response) }
    return data[operation.field] ?? .null
  }
}
