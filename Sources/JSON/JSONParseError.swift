/// Why a text is not JSON, and where.
package struct JSONParseError: Error, Sendable, Hashable {
  package var message: String
  /// Bytes before the fault.
  package var offset: Int

  package init(message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }

  package static func duplicate(_ name: String, at offset: Int) -> JSONParseError {
    JSONParseError(message: "the member \"\(name)\" occurs twice", offset: offset)
  }
}
