import JSON
import JSONRPC

/// How a client wants to be spoken to, told by its first message.
enum Dialect: String, Sendable {
  /// No handshake, batches allowed, end of input ends the session.
  case script
  /// The life cycle and exit codes of the Language Server Protocol.
  case editor

  init(first incoming: Incoming) {
    switch incoming {
    case .single(.request(_, "initialize", _)): self = .editor
    default: self = .script
    }
  }
}
