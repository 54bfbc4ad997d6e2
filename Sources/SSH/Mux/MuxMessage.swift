/// The messages of OpenSSH's control socket that we need (PROTOCOL.mux of its sources, version 4).
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

  /// The greeting and the request for a session that runs `program`; three messages with a descriptor each follow.
  /// The first must be a terminal when `program` is to have one.
  static func opening(_ program: RemoteProgram) -> [UInt8] {
    var session = PacketEncoder()
    session.number(0x1000_0002)
    session.number(0)  // Request number; each session has a socket of its own.
    session.string("")  // Reserved.
    session.number(program.window == nil ? 0 : 1)
    for _ in 0..<2 { session.number(0) }  // No X11, no agent.
    session.number(program.isSubsystem ? 1 : 0)
    session.number(0xffff_ffff)  // No escape character.
    session.string(program.window?.type ?? "")
    session.string(program.command)
    return hello + session.packet()
  }

  /// The request to begin or to end a forward.
  static func forwarding(_ forward: PortForward.Route, begins: Bool) -> [UInt8] {
    var request = PacketEncoder()
    request.number(begins ? 0x1000_0006 : 0x1000_0007)
    request.number(0)
    request.number(forward.direction == .local ? 1 : 2)
    request.string(forward.listenHost)
    request.number(UInt32(forward.listenPort))
    request.string(forward.host)
    request.number(UInt32(forward.port))
    return hello + request.packet()
  }

  /// The request for a channel to an address on the server's side; the descriptors of its input and its output follow.
  static func channel(host: String, port: Int) -> [UInt8] {
    var request = PacketEncoder()
    request.number(0x1000_0008)
    request.number(0)
    request.string("")  // Reserved.
    request.string(host)
    request.number(UInt32(port))
    return hello + request.packet()
  }

  /// Asks whether the master does its work.
  static let aliveCheck: [UInt8] = {
    var check = PacketEncoder()
    check.number(0x1000_0004)
    check.number(0)
    return hello + check.packet()
  }()

  private static var hello: [UInt8] {
    var hello = PacketEncoder()
    hello.number(0x0000_0001)
    hello.number(version)
    return hello.packet()
  }

  /// The message in a packet, nil when it is cut short.
  init?(_ packet: ArraySlice<UInt8>) {
    var decoder = PacketDecoder(packet)
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
}
