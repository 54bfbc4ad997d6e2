package import JSON

/// One message of the peer, judged by its envelope.
package enum Message: Sendable, Hashable {
  case request(id: RequestID, method: String, params: JSONValue?)
  case notification(method: String, params: JSONValue?)
  /// An answer to a request of ours; `error` when it is one.
  case response(id: RequestID?, result: JSONValue?, error: JSONValue?)
  /// Not a message. To be answered with the error under the id, null where none can be told.
  case invalid(id: RequestID?, error: ErrorObject)
  /// A notification that is wrong in itself. Notifications are never answered.
  case ignored

  package init(_ value: JSONValue) {
    guard case .object(let envelope) = value else {
      self = .invalid(id: nil, error: ErrorObject(.invalidRequest, "A message is an object, not \(value.typeName)."))
      return
    }
    var version, idValue, method, params, result, error: JSONValue?
    for member in envelope.members {
      switch member.key {
      case "jsonrpc": version = member.value
      case "id": idValue = member.value
      case "method": method = member.value
      case "params": params = member.value
      case "result": result = member.value
      case "error": error = member.value
      default: break
      }
    }
    let id = idValue.flatMap(RequestID.init)
    func invalid(_ message: String) -> Message { .invalid(id: id, error: ErrorObject(.invalidRequest, message)) }

    guard let method else {
      let isResponse = result != nil || error != nil
      self = isResponse ? .response(id: id, result: result, error: error) : invalid("A message needs a method.")
      return
    }
    guard case .string(let method) = method else { self = invalid("The method must be a string."); return }
    guard case .string("2.0") = version else { self = invalid("The member jsonrpc must be \"2.0\"."); return }
    guard result == nil, error == nil else { self = invalid("A request has neither result nor error."); return }
    if idValue != nil, id == nil { self = invalid("An id is a string or an integer."); return }
    switch params {
    case nil, .object, .array: break
    case .null: params = nil
    default:
      self = id == nil ? .ignored : invalid("The params must be an object or an array.")
      return
    }
    self =
      if let id { .request(id: id, method: method, params: params) } else {
        .notification(method: method, params: params)
      }
  }
}

/// What one frame holds.
package enum Incoming: Sendable, Hashable {
  case single(Message)
  case batch([Message])

  package init(_ value: JSONValue) {
    guard case .array(let entries) = value else { self = .single(Message(value)); return }
    if entries.isEmpty {
      self = .single(.invalid(id: nil, error: ErrorObject(.invalidRequest, "A batch needs at least one message.")))
    } else {
      self = .batch(entries.map { Message($0) })
    }
  }
}
