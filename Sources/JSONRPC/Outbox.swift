/// What waits to be written, oldest first: a state machine without I/O, bounded in bytes.
///
/// Behind a slow reader the reports of one token replace each other, since only the newest is of use. Everything else
/// stays, in the order in which it was put in.
struct Outbox {
  /// What may become of a message while it waits.
  enum Kind: Hashable {
    case lasting
    /// A newer one of the same token may take its place.
    case report(RequestID)
    /// Goes behind the token's newest report; none follows it.
    case lastReport(RequestID)
  }

  /// From how many waiting bytes on reports are held.
  private let softLimit: Int
  /// How the messages that are put in from now on are told apart.
  var framing = Framing.lines
  private var bytes: [UInt8] = []
  private var head = 0
  private var held: [RequestID: [UInt8]] = [:]
  private var heldOrder: [RequestID] = []
  private var heldSize = 0

  init(softLimit: Int = 8 * 1024 * 1024) { self.softLimit = softLimit }

  /// Bytes that can be written now.
  var unwritten: Int { bytes.count - head }
  /// Bytes of memory that are held for what can be written.
  var room: Int { bytes.capacity }
  /// All the bytes that wait.
  var size: Int { unwritten + heldSize }

  mutating func append(_ message: [UInt8], _ kind: Kind = .lasting) {
    switch kind {
    case .lasting: framing.frame(message, into: &bytes)
    case .report(let token):
      guard unwritten >= softLimit else { return framing.frame(message, into: &bytes) }
      hold(framing.frame(message), token)
    case .lastReport(let token):
      if let last = remove(token) { bytes += last }
      framing.frame(message, into: &bytes)
    }
  }

  /// Forgets what is held for a token that nobody listens to any more.
  mutating func drop(_ token: RequestID) { _ = remove(token) }

  /// Offers what comes next to `write`, which returns how many bytes it took, or what `write(2)` does on failure.
  mutating func write(_ write: (UnsafeRawBufferPointer) -> Int) -> Int {
    let count = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    if count > 0 { took(count) }
    return count
  }

  private mutating func took(_ count: Int) {
    head += count
    if !held.isEmpty, unwritten < softLimit { releaseHeld() }
    if head == bytes.count {
      head = 0
      // The room of a burst is given back; that of ordinary answers is kept.
      bytes.removeAll(keepingCapacity: bytes.capacity <= 1024 * 1024)
    } else if head > 1024 * 1024, head > unwritten {
      // A reader that never quite catches up must not make us keep all that it ever read.
      bytes = Array(bytes[head...])
      head = 0
    }
  }

  private mutating func hold(_ frame: [UInt8], _ token: RequestID) {
    if let replaced = held.updateValue(frame, forKey: token) {
      heldSize -= replaced.count
    } else {
      heldOrder.append(token)
    }
    heldSize += frame.count
  }

  private mutating func remove(_ token: RequestID) -> [UInt8]? {
    guard !held.isEmpty, let frame = held.removeValue(forKey: token) else { return nil }
    heldOrder.removeAll { $0 == token }
    heldSize -= frame.count
    return frame
  }

  private mutating func releaseHeld() {
    for token in heldOrder {
      if let frame = held[token] { bytes += frame }
    }
    held = [:]
    heldOrder = []
    heldSize = 0
  }
}
