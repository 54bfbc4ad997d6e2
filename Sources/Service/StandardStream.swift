import Glibc

/// Standard output and standard error of the commands that have no client.
enum StandardStream {
  /// Writes a line, or as much of it as a reader takes.
  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array("\(text)\n".utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
