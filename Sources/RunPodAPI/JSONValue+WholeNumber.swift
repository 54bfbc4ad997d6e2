import JSON

extension JSONValue {
  /// A whole number however it is spelt: 22 or 22.0.
  var wholeNumber: Int? { intValue ?? doubleValue.flatMap { Int(exactly: $0.rounded()) } }
}
