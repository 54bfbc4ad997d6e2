/// The messages of OpenSSH's control socket that we need (PROTOCOL.mux of its sources, version 4). Numbers are
/// big-endian, strings have their length before them, and so has each message.
enum MuxMessage: Sendable, Hashable {
  case hello(version: UInt32)
  case sessionOpened(session: UInt32)
  case exit(session: UInt32, code: UInt32)
  case refused(reason: String)
  case alive
  case done
  /// A listening port that the server chose.
  case remotePort(UInt32)
  case other(type: UInt32)

  static let version: UInt32 = 4

  /// The greeting and the request for a session that runs `command`; three messages with a descriptor each follow.
  ///
  /// - Parameter terminal: The value of `TERM` for a session with a terminal. The first descriptor must be one, too.
  static func opening(command: String, terminal: String?) -> [UInt8] {
    var session = Encoder()
    session.number(0x1000_0002)
    session.number(0)  // Request number; each session has a socket of its own.
    session.string("")  // Reserved.
    session.number(terminal == nil ? 0 : 1)
    for _ in 0..<3 { session.number(0) }  // No X11, no agent, no subsystem.
    session.number(0xffff_ffff)  // No escape character.
    session.string(terminal ?? "")
    session.string(command)
    return hello + session.framed
  }

  /// The request to begin or to end a forward.
  static func forwarding(_ forward: PortForward.Route, begins: Bool) -> [UInt8] {
    var request = Encoder()
    request.number(begins ? 0x1000_0006 : 0x1000_0007)
    request.number(0)
    request.number(forward.direction == .local ? 1 : 2)
    request.string(forward.listenHost)
    request.number(UInt32(forward.listenPort))
    request.string(forward.host)
    request.number(UInt32(forward.port))
    return hello + request.framed
  }

  /// Asks whether the master does its work.
  static let aliveCheck: [UInt8] = {
    var check = Encoder()
    check.number(0x1000_0004)
    check.number(0)
    return hello + check.framed
  }()

  private static var hello: [UInt8] {
    var hello = Encoder()
    hello.number(0x0000_0001)
    hello.number(version)
    return hello.framed
  }

  /// The message in a frame's `body`, nil when it is cut short.
  init?(body: [UInt8]) {
    var decoder = Decoder(bytes: body[...])
    guard let type = decoder.number(), let first = decoder.number() else { return nil }
    switch type {
    case 0x8000_0001: self = .done
    case 0x0000_0001: self = .hello(version: first)
    case 0x8000_0002, 0x8000_0003:
      guard let reason = decoder.string() else { return nil }
      self = .refused(reason: reason)
    case 0x8000_0004:
      guard let code = decoder.number() else { return nil }
      self = .exit(session: first, code: code)
    case 0x8000_0005: self = .alive
    case 0x8000_0006:
      guard let session = decoder.number() else { return nil }
      self = .sessionOpened(session: session)
    case 0x8000_0007:
      guard let port = decoder.number() else { return nil }
      self = .remotePort(port)
    default: self = .other(type: type)
    }
  }

  private struct Encoder {
    private var bytes: [UInt8] = []

    mutating func number(_ value: UInt32) {
      withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    mutating func string(_ text: String) {
      number(UInt32(text.utf8.count))
      bytes += text.utf8
    }

    var framed: [UInt8] {
      withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }
  }

  struct Decoder {
    var bytes: ArraySlice<UInt8>

    mutating func number() -> UInt32? {
      guard bytes.count >= 4 else { return nil }
      defer { bytes = bytes.dropFirst(4) }
      return bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> String? {
      guard let count = number(), bytes.count >= Int(count) else { return nil }
      defer { bytes = bytes.dropFirst(Int(count)) }
      return String(decoding: bytes.prefix(Int(count)), as: UTF8.self)
    }
  }
}

/// Cuts the bytes of a control socket into messages.
struct MuxFrames: Sendable {
  private var bytes: [UInt8] = []

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// The next whole message, nil until there is one.
  mutating func next() -> MuxMessage? {
    var decoder = MuxMessage.Decoder(bytes: bytes[...])
    guard let count = decoder.number(), decoder.bytes.count >= Int(count) else { return nil }
    let body = Array(decoder.bytes.prefix(Int(count)))
    bytes.removeFirst(4 + Int(count))
    return MuxMessage(body: body) ?? .other(type: 0)
  }
}
