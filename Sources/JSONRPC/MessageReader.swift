import JSON

/// Bytes to judged messages: framing, JSON text and envelope in one go, without I/O.
package struct MessageReader: Sendable {
  private var frames: FrameReader
  /// After a line that ended too early: its continuations, a pretty-printed message's, are one fault with it.
  private var isInsideBrokenText = false

  package init(_ frames: FrameReader = FrameReader()) { self.frames = frames }

  package var framing: Framing? { frames.framing }

  package mutating func read(_ bytes: UnsafeRawBufferPointer) -> [Incoming] {
    frames.push(bytes)
    var incoming: [Incoming] = []
    while let event = frames.next() {
      switch event {
      case .frame(let range): if let frame = judge(range) { incoming.append(frame) }
      case .fault(let fault): incoming.append(.single(.invalid(id: nil, error: fault.error)))
      }
    }
    return incoming
  }

  package mutating func finish() -> (last: Incoming?, isTruncated: Bool) {
    let (range, isTruncated) = frames.finish()
    return (range.flatMap { judge($0) }, isTruncated)
  }

  private mutating func judge(_ range: Range<Int>) -> Incoming? {
    let bytes = frames.bytes(in: range)
    do {
      let value = try JSONValue(parsing: bytes.span)
      if isInsideBrokenText {
        switch value {
        case .object, .array: isInsideBrokenText = false
        default: return nil
        }
      }
      return Incoming(value)
    } catch {
      if isInsideBrokenText { return nil }
      var hint: JSONValue?
      if framing == .lines {
        isInsideBrokenText = error.offset >= bytes.count
        hint = FrameFault.wrongFraming.error.data
      }
      let message = "Not JSON: \(error.message) (byte \(error.offset))."
      return .single(.invalid(id: nil, error: ErrorObject(.parseError, message, data: hint)))
    }
  }
}
