package import JSON

/// Writes the messages that we send.
package enum Envelope {
  package static func response(id: RequestID?, result: JSONValue, into bytes: inout [UInt8]) {
    open(id: id, into: &bytes)
    bytes.append(contentsOf: #","result":"#.utf8)
    result.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  package static func response(id: RequestID?, error: ErrorObject, into bytes: inout [UInt8]) {
    open(id: id, into: &bytes)
    bytes.append(contentsOf: #","error":"#.utf8)
    error.json.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  package static func notification(method: String, params: JSONValue, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"{"jsonrpc":"2.0","method":"#.utf8)
    JSONValue.write(string: method, into: &bytes)
    bytes.append(contentsOf: #","params":"#.utf8)
    params.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  private static func open(id: RequestID?, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"{"jsonrpc":"2.0","id":"#.utf8)
    switch id {
    case .integer(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): JSONValue.write(string: text, into: &bytes)
    case nil: bytes.append(contentsOf: "null".utf8)
    }
  }
}
