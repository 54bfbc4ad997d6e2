package import JSON
package import Reporting

/// One method, complete in itself: what it is called, takes, answers, fails with, and does to the world.
package protocol ServiceMethod: SendableMetatype {
  associatedtype Params: Decodable & Sendable
  associatedtype Result: Codable & Sendable

  /// `noun/verb`.
  static var name: String { get }
  /// One sentence for the reference, the document and an agent's list of tools.
  static var summary: String { get }
  /// The same for agents, which hear of no notification.
  static var toolSummary: String { get }
  static var params: [Schema.Field] { get }
  /// Methods with some of the same params. Agents that are told of these read there what the params mean.
  static var paramsLike: [any ServiceMethod.Type] { get }
  static var result: Schema { get }
  static var errors: [Failure.Kind] { get }
  static var effect: Effect { get }
  /// Whether agents are offered it.
  static var isTool: Bool { get }
  static var examples: [Example] { get }
}

/// What a method does to the world.
package enum Effect: String, Sendable {
  case reads
  case changes
  case spendsMoney
  case destroys
  /// Whatever its params say: it runs a command, or writes where it is told to.
  case anything
}

/// Params and the result that they get, or its shape.
package struct Example: Sendable {
  package var name: String
  package var params: JSONValue
  package var result: JSONValue

  package init(_ name: String, params: JSONValue = [:], result: JSONValue) {
    self.name = name
    self.params = params
    self.result = result
  }
}

/// For methods without params.
package struct NoParams: Codable, Sendable {}

extension ServiceMethod {
  package static var toolSummary: String { summary }
  package static var params: [Schema.Field] { [] }
  package static var paramsLike: [any ServiceMethod.Type] { [] }
  package static var errors: [Failure.Kind] { [] }
  package static var effect: Effect { .reads }
  package static var isTool: Bool { true }

  /// The errors, each once: lists of kinds that methods share overlap.
  static var distinctErrors: [Failure.Kind] {
    var seen: Set<Failure.Kind> = []
    return errors.filter { seen.insert($0).inserted }
  }
}
