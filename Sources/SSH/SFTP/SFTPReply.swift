/// What a server of files answers.
enum SFTPReply: Sendable, Hashable {
  case done
  /// There is no more to read.
  case atEnd
  case refused(reason: String)
  case handle(SFTPHandle)
  case data(ArraySlice<UInt8>)
  /// What a link leads to.
  case path([UInt8])
  case limits(read: Int, write: Int, open: Int)
  case other

  /// Why a request came to nothing.
  var reason: String {
    if case .refused(let reason) = self { reason } else { "the server's answer makes no sense" }
  }

  /// The reply in a packet, and the number of its request; nil when it is cut short.
  static func read(_ packet: ArraySlice<UInt8>) -> (id: UInt32, reply: SFTPReply)? {
    var decoder = PacketDecoder(packet)
    guard let type = decoder.byte(), let id = decoder.number() else { return nil }
    return SFTPReply(type, &decoder).map { (id, $0) }
  }

  private init?(_ type: UInt8, _ decoder: inout PacketDecoder) {
    switch type {
    case 101:
      guard let code = decoder.number() else { return nil }
      switch code {
      case 0: self = .done
      case 1: self = .atEnd
      default: self = .refused(reason: decoder.string() ?? "error \(code)")
      }
    case 102:
      guard let handle = decoder.content() else { return nil }
      self = .handle(Array(handle))
    case 103:
      guard let data = decoder.content() else { return nil }
      self = .data(data)
    case 104:
      guard decoder.number() == 1, let path = decoder.content() else { return nil }
      self = .path(Array(path))
    case 201:
      guard decoder.longNumber() != nil, let read = decoder.longNumber(), let write = decoder.longNumber(),
        let open = decoder.longNumber()
      else { return nil }
      self = .limits(read: Int(clamping: read), write: Int(clamping: write), open: Int(clamping: open))
    default: self = .other
    }
  }
}

/// The server's half of the greeting.
struct SFTPVersion: Sendable {
  let extensions: Set<String>

  /// - Returns: nil for what is something else, the login shell's own words say, or another version.
  init?(_ packet: ArraySlice<UInt8>) {
    var decoder = PacketDecoder(packet)
    guard decoder.byte() == 2, decoder.number() == 3 else { return nil }
    var extensions: Set<String> = []
    while !decoder.isAtEnd {
      guard let name = decoder.string(), decoder.content() != nil else { return nil }
      extensions.insert(name)
    }
    self.extensions = extensions
  }
}
