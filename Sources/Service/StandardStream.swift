import Glibc
import JSON
import Outside
import Values

/// Standard output and standard error of the commands that have no client. What pods and APIs say goes through them to a
/// person's terminal.
enum StandardStream {
  /// Writes a sentence to standard error.
  static func tell(_ text: String) { write(text.visible, to: 2) }

  /// Writes a line of JSON to standard output.
  static func answer(_ value: JSONValue) { write(value.text.visibleJSON, to: 1) }

  /// Writes lines to standard output.
  static func show(_ lines: String) {
    write(lines.bytes.parts(between: "\n").map { String($0).visible }.joined(separator: "\n"), to: 1)
  }

  /// Writes a line, or as much of it as a reader takes.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array("\(text)\n".utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
