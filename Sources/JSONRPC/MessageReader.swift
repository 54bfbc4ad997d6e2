import JSON

/// Bytes to judged messages: framing, JSON text and envelope in one go, without I/O.
package struct MessageReader: Sendable {
  private var frames: FrameReader
  /// After a line that ended too early: its continuations, a pretty-printed message's, are one fault with it.
  private var isInsideBrokenText = false

  package init(_ frames: FrameReader = FrameReader()) { self.frames = frames }

  package var framing: Framing? { frames.framing }

  /// Takes bytes, of which `readAll` makes messages. The framing is known as soon as they tell it.
  package mutating func push(_ bytes: UnsafeRawBufferPointer) { frames.push(bytes) }

  /// Hands over the frames that are complete, in their order.
  package mutating func readAll(_ received: (Incoming) -> Void) {
    while let event = frames.next() {
      switch event {
      case .frame(let range): judge(range, received)
      case .fault(let fault): received(.single(.invalid(id: nil, error: fault.error)))
      }
    }
  }

  package mutating func finish() -> (last: Incoming?, isTruncated: Bool) {
    let (range, isTruncated) = frames.finish()
    var last: Incoming?
    if let range { judge(range) { last = $0 } }
    return (last, isTruncated)
  }

  private mutating func judge(_ range: Range<Int>, _ received: (Incoming) -> Void) {
    let bytes = frames.bytes(in: range)
    do {
      let incoming = try Incoming(parsing: bytes.span)
      if isInsideBrokenText {
        guard let first = bytes.first(where: { $0 > 0x20 }), [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first)
        else { return }
        isInsideBrokenText = false
      }
      received(incoming)
    } catch {
      if isInsideBrokenText { return }
      var hint: JSONValue?
      if framing == .lines {
        isInsideBrokenText = error.offset >= bytes.count
        hint = FrameFault.wrongFraming.error.data
      }
      received(.single(.invalid(id: nil, error: ErrorObject(notJSON: error, data: hint))))
    }
  }
}
