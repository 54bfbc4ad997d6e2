package import JSON
import Outside

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

  /// Judges what `parser` comes to. Its envelope is never a value of its own: only what its members hold is.
  init(parsing parser: inout JSONParser) throws(JSONParseError) {
    guard parser.current == UInt8(ascii: "{") else {
      let other = try parser.parseValue().typeName
      _ = parser.takeBlemish()
      self = .invalid(id: nil, error: ErrorObject(.invalidRequest, "A message is an object, not \(other)."))
      return
    }
    var version, idValue, method, params, result, error: JSONValue?
    var isIDInDoubt = false
    /// Names that mean nothing, which may not occur twice either.
    var others: Set<ByteText> = []
    try parser.parseMembers { (parser, name) throws(JSONParseError) in
      func skip() throws(JSONParseError) {
        parser.note(.duplicate(name.text, at: name.offset))
        _ = try parser.parseMemberValue()
      }
      func read(_ value: inout JSONValue?) throws(JSONParseError) {
        if value == nil { value = try parser.parseMemberValue() } else { try skip() }
      }
      switch name {
      case "jsonrpc": try read(&version)
      case "id":
        let before = parser.takeBlemish()
        try read(&idValue)
        isIDInDoubt = isIDInDoubt || parser.hasBlemish
        if let before { parser.note(before) }
      case "method": try read(&method)
      case "params": try read(&params)
      case "result": try read(&result)
      case "error": try read(&error)
      default:
        if others.insert(name.text.bytes).inserted { _ = try parser.parseMemberValue() } else { try skip() }
      }
    }
    let id = isIDInDoubt ? nil : idValue.flatMap(RequestID.init)
    func invalid(_ message: String) -> Message { .invalid(id: id, error: ErrorObject(.invalidRequest, message)) }

    let isResponse = method == nil && (result != nil || error != nil)
    if let blemish = parser.takeBlemish() {
      let fault = ErrorObject(notJSON: blemish)
      let isNotification = method != nil && idValue == nil
      self =
        if isResponse {
          .response(id: id, result: nil, error: fault.json)
        } else {
          isNotification ? .ignored : .invalid(id: id, error: fault)
        }
      return
    }
    guard let method else {
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

  init(parsing text: Span<UInt8>) throws(JSONParseError) {
    self = .batch([])
    try JSONParser.parse(text) { (parser) throws(JSONParseError) in
      guard parser.current == UInt8(ascii: "[") else { self = .single(try Message(parsing: &parser)); return }
      var messages: [Message] = []
      try parser.parseElements { (parser) throws(JSONParseError) in messages.append(try Message(parsing: &parser)) }
      self =
        if messages.isEmpty {
          .single(.invalid(id: nil, error: ErrorObject(.invalidRequest, "A batch needs at least one message.")))
        } else {
          .batch(messages)
        }
    }
  }
}
