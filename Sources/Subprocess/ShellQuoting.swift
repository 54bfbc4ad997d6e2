import Outside

/// `text` as one word of a POSIX shell.
///
/// The shell reads bytes: to Swift, an apostrophe and a combining mark that follows it are one `Character`, as are CR LF.
package func shellQuoted(_ text: String) -> String {
  if !text.isEmpty && text.utf8.allSatisfy(isPlain) { return text }
  return "'" + text.bytes.replacing("'", with: "'\\''") + "'"
}

/// A program and its arguments as text of a POSIX shell that passes each on as it is.
package func shellQuoted(_ arguments: [String]) -> String {
  arguments.map { shellQuoted($0) }.joined(separator: " ")
}

/// Whether no shell gives the byte a meaning, wherever in a word it stands.
private func isPlain(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
  case UInt8(ascii: "0")...UInt8(ascii: "9"): true
  default: "_-./:@%+,".utf8.contains(byte)
  }
}
