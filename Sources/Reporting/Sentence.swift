extension String {
  /// The text as a sentence of its own: with a full stop, unless it is a question.
  package var sentence: String { utf8.last == UInt8(ascii: "?") ? self : "\(self)." }
}
