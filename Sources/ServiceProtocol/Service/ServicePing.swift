package import JSON

/// Answers its params: is the service there, and how long does the way take?
package enum ServicePing: ServiceMethod {
  package typealias Params = JSONValue
  package typealias Result = JSONValue

  package static let name = "service/ping"
  package static let summary = "Answers its params."
  package static let result = Schema.any
  package static let isTool = false
  package static let examples = [Example("echo", params: ["text": "hello"], result: ["text": "hello"])]
}
