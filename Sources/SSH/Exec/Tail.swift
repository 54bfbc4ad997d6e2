/// The last bytes of a stream.
struct Tail: Sendable {
  private let limit: Int
  private var kept: [UInt8] = []
  private(set) var truncated = false

  init(limit: Int) {
    self.limit = max(limit, 0)
  }

  mutating func append(_ bytes: [UInt8]) {
    kept += bytes
    if kept.count > limit { truncated = true }
    // Cut in bulk, so that a long stream costs each byte one move.
    if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
  }

  var bytes: [UInt8] { Array(kept.suffix(limit)) }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
