/// When a file was changed last.
struct FileTime: Sendable, Hashable {
  /// Since 1970; negative before.
  var seconds: Int
  /// To be added to the seconds; from 0 to 999,999,999.
  var nanoseconds: Int

  /// Whether one may be the other on a file system, or by a program, that knows of no parts of a second.
  func isLike(_ other: FileTime) -> Bool {
    seconds == other.seconds && (nanoseconds == other.nanoseconds || nanoseconds == 0 || other.nanoseconds == 0)
  }
}

extension FileTime {
  /// The time in seconds and, after a point, their parts, as `stat` and find's `%T@` print it: the parts are added before 1970
  /// as well.
  init?(_ text: ArraySlice<UInt8>) {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let seconds = Int(String(decoding: parts[0], as: UTF8.self)) else {
      return nil
    }
    guard parts.count == 2 else {
      self.init(seconds: seconds, nanoseconds: 0)
      return
    }
    let digits = parts[1].prefix(9)
    guard !digits.isEmpty, let number = UInt32(String(decoding: digits, as: UTF8.self)) else { return nil }
    let scale = (digits.count..<9).reduce(1) { scale, _ in scale * 10 }
    self.init(seconds: seconds, nanoseconds: Int(number) * scale)
  }
}
