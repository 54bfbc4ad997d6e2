package import JSON

/// Writes the messages that we send.
package enum Envelope {
  package static func response(id: RequestID?, result: JSONValue, into bytes: inout [UInt8]) {
    open(id: id, into: &bytes)
    bytes.append(text: #","result":"#)
    result.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  package static func response(id: RequestID?, error: ErrorObject, into bytes: inout [UInt8]) {
    open(id: id, into: &bytes)
    bytes.append(text: #","error":{"code":"#)
    JSONValue.write(integer: error.code.rawValue, into: &bytes)
    bytes.append(text: #","message":"#)
    JSONValue.write(string: error.message, into: &bytes)
    if let data = error.data {
      bytes.append(text: #","data":"#)
      data.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "}"))
  }

  package static func request(id: RequestID, method: String, params: JSONValue, into bytes: inout [UInt8]) {
    open(id: id, into: &bytes)
    bytes.append(text: #","method":"#)
    call(method, params, into: &bytes)
  }

  package static func notification(method: String, params: JSONValue, into bytes: inout [UInt8]) {
    bytes.append(text: #"{"jsonrpc":"2.0","method":"#)
    call(method, params, into: &bytes)
  }

  private static func call(_ method: String, _ params: JSONValue, into bytes: inout [UInt8]) {
    JSONValue.write(string: method, into: &bytes)
    bytes.append(text: #","params":"#)
    params.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  private static func open(id: RequestID?, into bytes: inout [UInt8]) {
    // Most answers fit; without it they grow in steps.
    bytes.reserveCapacity(bytes.count + 256)
    bytes.append(text: #"{"jsonrpc":"2.0","id":"#)
    switch id {
    case .integer(let value): JSONValue.write(integer: value, into: &bytes)
    case .number(let value): bytes.append(contentsOf: value.text.utf8)
    case .string(let text): JSONValue.write(string: text, into: &bytes)
    case nil: bytes.append(text: "null")
    }
  }
}
