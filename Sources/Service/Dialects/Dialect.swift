import Environment
import JSON
import JSONRPC
import ServiceProtocol

/// How a client wants to be spoken to: all that differs between kinds of clients. The dispatcher does the rest.
protocol Dialect: Sendable {
  var name: DialectName { get }
  var takesBatches: Bool { get }
  /// Whether a request that was cancelled is answered all the same.
  var answersCancelled: Bool { get }
  /// The process's exit code when the session ends by `exit` or by the end of input.
  var exitCode: Int32 { get }
  /// Whether a client that does not wait for the answer to `initialize` is answered in the order of its requests.
  var answersPipedInOrder: Bool { get }
  /// How long `shutdown` waits for what came before it; nil: as long as that takes.
  var shutdownPatience: Duration? { get }
  /// How long accepted work may go on after the end of input; nil: as long as someone reads the output.
  var patience: Duration? { get }

  /// Who answers this request now.
  ///
  /// - Throws: The error to answer with: it is out of season, or there is no such method.
  mutating func admit(_ method: String, _ params: JSONValue?, inBatch: Bool) throws(ErrorObject) -> Router.Handler

  /// `initialize` was admitted and has failed: it is as if it had not come.
  mutating func initializeFailed()

  /// What a notification of the client means.
  mutating func hear(_ method: String, _ params: JSONValue?) -> NotificationMeaning

  /// Takes what concerns the dialect out of a request's params: where its progress goes, above all.
  func prepare(_ method: String, _ params: JSONValue?) throws(ErrorObject) -> Prepared

  /// A warning that belongs to no request; nil for a client that has no place for it.
  func notice(_ text: String) -> Notification?
}

package enum DialectName: String, Sendable { case script, editor, mcp }

/// What is known of the client before it says anything.
package struct ClientOptions: Sendable {
  /// nil when its first message tells.
  package var dialect: DialectName?
  /// What the names of commands begin with, in an editor where several servers share one list of them.
  package var commandPrefix = ""

  package init() {}
}

/// What a notification of the client means.
enum NotificationMeaning {
  case nothing
  case cancel(RequestID)
  /// Cancels the request whose progress has this token.
  case cancelProgress(RequestID)
  case exit
  case call(Router.Handler)
}

/// A request as its handler gets to see it.
struct Prepared {
  var params: JSONValue?
  var progress: ProgressPlan?
  /// How a notification of its handler is written; nil for what the client does not want to know.
  var notification: @Sendable (_ method: String, _ params: JSONValue) -> Notification? = { Notification($0, $1) }
}

/// A notification of ours as it is sent.
struct Notification: Sendable {
  var method: String
  var params: JSONValue

  init(_ method: String, _ params: JSONValue) {
    self.method = method
    self.params = params
  }
}

struct ProgressPlan {
  var form: any ProgressForm
  var title: String
  /// Asks the client to show work that it did not ask progress for.
  var invite: (@Sendable () async -> Bool)?
}

/// What the dialects work with.
struct DialectParts: Sendable {
  let handlers: [String: Router.Handler]
  let offered: [any ServiceMethod.Type]
  let connection: Connection
  let requests: ClientRequests
  let clientOptions: ClientOptions
  /// Told the process that the client says it is.
  let watchClient: @Sendable (_ processId: Int) -> Void
  let settings: @Sendable () async throws -> Settings

  /// The dialect of a client that begins like this; nil when that does not tell.
  func dialect(of first: Incoming) -> (any Dialect)? {
    switch clientOptions.dialect {
    case .script: return Script(self)
    case .editor: return Editor(self)
    case .mcp: return MCP(self)
    case nil: break
    }
    switch first {
    case .batch: return Script(self)
    case .single(.request(_, let method, let params)), .single(.notification(let method, let params)):
      if MCP.isOwn(method, params) { return MCP(self) }
      return Editor.isOwn(method, params) ? Editor(self) : Script(self)
    case .single(.response), .single(.invalid), .single(.ignored): return nil
    }
  }
}
