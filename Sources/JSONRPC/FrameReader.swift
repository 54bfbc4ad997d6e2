import Glibc

/// Bytes to frames: a state machine without I/O. How the bytes arrive in pieces changes nothing.
///
/// The framing is found by the first byte that is not blank and stays: `{`, `[`, a quote or a digit mean lines,
/// a letter or `#` means headers.
package struct FrameReader: Sendable {
  package enum Event: Sendable, Hashable {
    /// A message's bytes, as a range for `bytes(in:)`, valid until the next `push`.
    case frame(Range<Int>)
    case fault(FrameFault)
  }

  private enum State: Hashable {
    case detecting
    case lines
    /// Dropping the rest of a line that is too long.
    case skippingLine
    case headers
    case body(length: Int)
    case skippingBody(remaining: Int)
  }

  /// The longest message taken, in bytes.
  package let limit: Int
  /// The longest block of headers taken, in bytes.
  private let headerLimit = 8 * 1024
  private var state: State
  private var buffer: [UInt8] = []
  private var start = 0
  /// Up to where `buffer` has been searched for a line break, so that long lines are searched once.
  private var searched = 0
  private var header = HeaderBlock()
  private var headerSize = 0
  /// The framing, once known.
  package private(set) var framing: Framing?

  package init(framing: Framing? = nil, limit: Int = 16 * 1024 * 1024) {
    self.framing = framing
    self.limit = limit
    state =
      switch framing {
      case nil: .detecting
      case .lines: .lines
      case .headers: .headers
      }
  }

  package mutating func push(_ bytes: UnsafeRawBufferPointer) {
    if start > 0 {
      buffer.removeSubrange(..<start)
      searched -= start
      start = 0
    }
    // A big message's room is given back.
    if buffer.isEmpty, buffer.capacity > 1024 * 1024 { buffer = [] }
    buffer.append(contentsOf: bytes)
    while state == .detecting, detect() {}
  }

  package func bytes(in range: Range<Int>) -> ArraySlice<UInt8> { buffer[range] }

  /// The next event, nil when more bytes are needed.
  package mutating func next() -> Event? {
    while true {
      switch state {
      case .detecting: return nil
      case .lines:
        guard let line = nextLine() else {
          guard buffer.count - start > limit else { return nil }
          state = .skippingLine
          return .fault(.oversize(limit: limit))
        }
        guard line.count <= limit else { return .fault(.oversize(limit: limit)) }
        if !isBlank(line) { return .frame(line) }
      case .skippingLine:
        if nextLine() == nil {
          drop(buffer.count - start)
          return nil
        }
        state = .lines
      case .headers:
        guard let line = nextLine() else {
          guard buffer.count - start + headerSize > headerLimit else { return nil }
          drop(buffer.count - start)
          header.note(.badHeader("more than \(headerLimit) bytes of headers"))
          return nil
        }
        if let event = take(headerLine: line) { return event }
      case .body(let length):
        guard buffer.count - start >= length else { return nil }
        let body = start..<start + length
        drop(length)
        state = .headers
        return .frame(body)
      case .skippingBody(let remaining):
        let skipped = min(remaining, buffer.count - start)
        drop(skipped)
        guard skipped == remaining else {
          state = .skippingBody(remaining: remaining - skipped)
          return nil
        }
        state = .headers
      }
    }
  }

  /// At the end of input: the last line without a line break, or whether a message was cut off.
  package mutating func finish() -> (last: Range<Int>?, isTruncated: Bool) {
    let rest = start..<buffer.count
    switch state {
    case .detecting: return (nil, false)
    case .lines: return (isBlank(rest) ? nil : rest, false)
    case .skippingLine: return (nil, true)
    case .headers: return (nil, !header.isEmpty || !isBlank(rest))
    case .body, .skippingBody: return (nil, true)
    }
  }

  private mutating func drop(_ count: Int) {
    start += count
    searched = start
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    buffer[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A || $0 == 0 }
  }

  private mutating func nextLine() -> Range<Int>? {
    let unsearched = max(searched, start)
    let found = buffer.withUnsafeBytes { buffer -> Int? in
      guard let first = buffer.baseAddress else { return nil }
      return memchr(first + unsearched, 0x0A, buffer.count - unsearched).map { first.distance(to: $0) }
    }
    guard let end = found else {
      searched = buffer.count
      return nil
    }
    let line = start..<end
    drop(end + 1 - start)
    return line
  }

  /// False when more bytes are needed.
  private mutating func detect() -> Bool {
    while start < buffer.count, isBlank(start..<start + 1) { drop(1) }
    guard start < buffer.count else { return false }
    if buffer[start] == 0xEF {
      guard buffer.count - start >= 3 else { return false }
      if buffer[start + 1] == 0xBB, buffer[start + 2] == 0xBF {
        drop(3)
        return true
      }
    }
    switch buffer[start] {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "#"):
      framing = .headers
      state = .headers
    default:
      framing = .lines
      state = .lines
    }
    return true
  }

  private mutating func take(headerLine range: Range<Int>) -> Event? {
    headerSize += range.count + 1
    let length = range.count - (range.last.map { buffer[$0] == 0x0D } ?? false ? 1 : 0)
    guard length == 0 else {
      if headerSize > headerLimit {
        header.note(.badHeader("more than \(headerLimit) bytes of headers"))
      } else {
        buffer.withUnsafeBufferPointer { header.add($0[range.prefix(length)]) }
      }
      // A JSON line among headers has no blank line after it: it must not hold up what follows.
      if header.fault == .wrongFraming {
        resetHeader()
        return .fault(.wrongFraming)
      }
      return nil
    }
    if header.isEmpty { return nil }
    let block = header
    resetHeader()
    if let fault = block.fault {
      if case .unsupportedCharset = fault, let length = block.length { state = .skippingBody(remaining: length) }
      return .fault(fault)
    }
    guard let length = block.length else { return .fault(.badHeader("no Content-Length")) }
    guard length <= limit else {
      state = .skippingBody(remaining: length)
      return .fault(.oversize(limit: limit))
    }
    state = .body(length: length)
    return nil
  }

  private mutating func resetHeader() {
    header = HeaderBlock()
    headerSize = 0
  }
}
