/// A number that keeps its spelling: `1.10`, `1e2` and `12345678901234567890` come out as they went in.
package struct JSONNumber: Sendable, Hashable {
  /// The text, valid by RFC 8259 section 6.
  package let text: String

  package init(text: String) { self.text = text }

  /// The nearest double; infinite when the text is beyond its range.
  package var double: Double { Double(text) ?? .nan }
}
