package import JSON
import JSONRPC
import Reporting
package import ServiceProtocol

/// Method names to handlers: filled once at start, frozen before anything is served.
package struct Router: Sendable {
  /// How a method is answered.
  enum Handler: Sendable {
    /// At once, on the thread that read the request: only for what neither waits nor takes long.
    case inline(@Sendable (JSONValue?) throws -> JSONValue)
    /// By what the first step returns; the first steps are taken on that thread as well, in the order of the requests.
    case task(Begin)
  }

  typealias Begin = @Sendable (JSONValue?, RequestContext) throws -> @Sendable () async throws -> JSONValue

  private(set) var handlers: [String: Handler] = [:]
  /// What agents are offered.
  private(set) var offered: [any ServiceMethod.Type] = []

  /// Throws for a method that may not be called.
  private let admit: @Sendable (any ServiceMethod.Type) async throws -> Void

  package init(admit: @escaping @Sendable (any ServiceMethod.Type) async throws -> Void = { _ in }) {
    self.admit = admit
  }

  /// Registers a method of the protocol: params are validated and completed by its schema before `body` sees them.
  package mutating func handle<Method: ServiceMethod>(
    _ method: Method.Type,
    _ body: @escaping @Sendable (Method.Params, RequestContext) async throws -> Method.Result
  ) {
    let schema = Schema.object(method.params)
    offer(method)
    handle(raw: method.name) { [admit] params, context in
      let valid = try Router.validate(params, by: schema)
      try await admit(method)
      return try WireForm.encode(await body(WireForm.decode(Method.Params.self, from: valid), context))
    }
  }

  /// Registers a method whose requests must begin in the order in which they came.
  ///
  /// - Parameter begin: Called on the thread that read the request: must neither wait nor take long.
  package mutating func handle<Method: ServiceMethod>(
    inOrder method: Method.Type,
    _ begin: @escaping @Sendable (Method.Params, RequestContext) throws -> @Sendable () async throws -> Method.Result
  ) {
    let schema = Schema.object(method.params)
    offer(method)
    add(
      method.name,
      .task { [admit] params, context in
        let valid = try Router.validate(params, by: schema)
        let body = try begin(WireForm.decode(Method.Params.self, from: valid), context)
        return {
          try await admit(method)
          return try WireForm.encode(await body())
        }
      }
    )
  }

  /// Registers a method that works on the values of the wire as they are.
  package mutating func handle(
    raw name: String,
    _ body: @escaping @Sendable (JSONValue?, RequestContext) async throws -> JSONValue
  ) {
    add(name, .task { params, context in { try await body(params, context) } })
  }

  /// Registers a method that is answered at once, on the thread that read it.
  package mutating func handle(inline name: String, _ body: @escaping @Sendable (JSONValue?) throws -> JSONValue) {
    add(name, .inline(body))
  }

  private mutating func offer(_ method: any ServiceMethod.Type) {
    if method.isTool { offered.append(method) }
  }

  private mutating func add(_ name: String, _ handler: Handler) {
    precondition(handlers[name] == nil, "\(name) is registered twice")
    handlers[name] = handler
  }

  private static func validate(_ params: JSONValue?, by schema: Schema) throws -> JSONValue {
    do throws(SchemaMismatch) {
      return try schema.validate(params ?? .object([:]))
    } catch {
      throw InvalidParams(path: error.path, expected: error.expected)
    }
  }
}

/// Params that do not fit: -32602, with the path of the member and what was expected there.
package struct InvalidParams: Error {
  package var path: String
  package var expected: String

  package init(path: String, expected: String) {
    self.path = path
    self.expected = expected
  }
}
