/// A text, or several: what a caller may write without brackets when it is only one.
package struct OneOrMany: Codable, Sendable, Hashable {
  package var values: [String]

  package init(_ values: [String]) { self.values = values }

  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let values = try? value.decode([String].self) {
      self.values = values
    } else {
      values = [try value.decode(String.self)]
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(values)
  }
}

extension Schema {
  /// A list of values of one form, or one of them alone.
  static func oneOrMany(_ schema: Schema) -> Schema { .either([.array(schema), schema]) }
}
