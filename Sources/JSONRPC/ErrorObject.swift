package import JSON

/// The error of a response.
package struct ErrorObject: Error, Sendable, Hashable {
  package var code: ErrorCode
  package var message: String
  package var data: JSONValue?

  package init(_ code: ErrorCode, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The error for a text that is not JSON, or that two readers might take differently.
  init(notJSON error: JSONParseError, data: JSONValue? = nil) {
    self.init(.parseError, "Not JSON: \(error.message) (byte \(error.offset)).", data: data)
  }

  /// The error as a value, for an error within a result.
  package var json: JSONValue {
    var object: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
    object["data"] = data
    return .object(object)
  }
}

/// A code of JSON-RPC 2.0 section 5.1, of the Language Server Protocol, or a server's own. Open, so that others survive.
package struct ErrorCode: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let parseError = Self(rawValue: -32700)
  package static let invalidRequest = Self(rawValue: -32600)
  package static let methodNotFound = Self(rawValue: -32601)
  package static let invalidParams = Self(rawValue: -32602)
  package static let internalError = Self(rawValue: -32603)
  package static let serverNotInitialized = Self(rawValue: -32002)
  package static let serverBusy = Self(rawValue: -32000)
  package static let requestCancelled = Self(rawValue: -32800)
  package static let serverCancelled = Self(rawValue: -32802)
}
