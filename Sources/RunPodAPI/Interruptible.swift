/// Whether a pod is to be a spot pod: cheaper, and taken away when someone bids more.
package enum Interruptible: Sendable, Hashable {
  case no
  case yes
  /// A spot pod where there is one, else a pod on demand.
  case prefer
}

extension Interruptible: ExpressibleByBooleanLiteral {
  package init(booleanLiteral value: Bool) { self = value ? .yes : .no }
}

/// `true`, `false` or `"prefer"`.
extension Interruptible: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let isWanted = try? value.decode(Bool.self) {
      self = isWanted ? .yes : .no
    } else if try value.decode(String.self) == "prefer" {
      self = .prefer
    } else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "expected true, false or \"prefer\"")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .no: try value.encode(false)
    case .yes: try value.encode(true)
    case .prefer: try value.encode("prefer")
    }
  }
}
