/// What is offered for each GPU of a spot pod.
package enum Bid: Sendable, Hashable {
  /// USD an hour.
  case perGpu(Double)
  /// The lowest bid that RunPod takes, and a margin so that the pod is not lost to the next bidder.
  case auto
}

extension Bid: ExpressibleByFloatLiteral {
  package init(floatLiteral value: Double) { self = .perGpu(value) }
}

/// A number or `"auto"`.
extension Bid: Codable {
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let amount = try? value.decode(Double.self) {
      self = .perGpu(amount)
    } else if try value.decode(String.self) == "auto" {
      self = .auto
    } else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "expected a number or \"auto\"")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .perGpu(let amount): try value.encode(amount)
    case .auto: try value.encode("auto")
    }
  }
}
