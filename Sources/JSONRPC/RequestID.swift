package import JSON
import Outside

/// A request's id as the peer wrote it: a string, or an integer of any size. `1` and `"1"` are different ids.
package enum RequestID: Sendable, Hashable {
  case integer(Int)
  /// An integer beyond `Int` or with a spelling of its own, which is echoed byte for byte.
  case number(JSONNumber)
  case string(String)

  /// nil for what may not be an id: null, a fraction, a boolean, an array, an object.
  package init?(_ value: JSONValue) {
    switch value {
    case .integer(let value): self = .integer(value)
    case .number(let value) where value.text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 }:
      self = .number(value)
    case .string(let value): self = .string(value)
    default: return nil
    }
  }

  package var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .string(let text): .string(text)
    }
  }
}

extension RequestID {
  package static func == (left: RequestID, right: RequestID) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left.text.bytes == right.text.bytes
    case (.string(let left), .string(let right)): left.bytes == right.bytes
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value.text.bytes)
    case .string(let text): hasher.combine(text.bytes)
    }
  }
}
