/// What we ask a server of files, in SFTP's version 3, which is the one that OpenSSH speaks
/// (draft-ietf-secsh-filexfer-02, and PROTOCOL in OpenSSH's sources for the names with an at sign).
enum SFTPRequest: Sendable {
  /// Opens a file to be read.
  case open([UInt8])
  /// Makes a file that only its owner may use, or empties it, and opens it to be written.
  case create([UInt8])
  case close(SFTPHandle)
  case read(SFTPHandle, offset: Int, count: Int)
  case write(SFTPHandle, offset: Int, [UInt8])
  case makeFolder([UInt8])
  /// Sets permissions and, unless nil, the time, in seconds since 1970.
  case change([UInt8], mode: UInt32, modified: Int?)
  /// The same of an open file, and how long it is.
  case changeOpen(SFTPHandle, size: Int, mode: UInt32, modified: Int)
  case readLink([UInt8])
  case makeLink([UInt8], to: [UInt8])
  /// Gives a file a second name.
  case makeHardLink([UInt8], to: [UInt8])
  case remove([UInt8])
  /// Sets the time of a link itself.
  case dateLink([UInt8], modified: Int)
  /// Asks how much may be read and written at once.
  case limits

  /// The extension of the protocol that the request belongs to, if any.
  var neededExtension: String? {
    switch self {
    case .dateLink: "lsetstat@openssh.com"
    case .makeHardLink: "hardlink@openssh.com"
    case .limits: "limits@openssh.com"
    default: nil
    }
  }

  /// The beginning of a session; the only message without a number.
  static let greeting: [UInt8] = {
    var greeting = PacketEncoder()
    greeting.byte(1)
    greeting.number(3)
    return greeting.packet()
  }()

  /// The request's message.
  ///
  /// - Parameter id: What the reply is known by.
  func packet(id: UInt32) -> [UInt8] {
    var packet = PacketEncoder()
    packet.byte(type)
    packet.number(id)
    if let neededExtension { packet.string(neededExtension) }
    switch self {
    case .open(let path):
      packet.string(path)
      packet.number(0x1)
      packet.attributes()
    case .create(let path):
      packet.string(path)
      packet.number(0x2 | 0x8 | 0x10)
      packet.attributes(mode: 0o600)
    case .close(let handle): packet.string(handle)
    case .read(let handle, let offset, let count):
      packet.string(handle)
      packet.longNumber(UInt64(offset))
      packet.number(UInt32(count))
    case .write(let handle, let offset, let bytes):
      packet.string(handle)
      packet.longNumber(UInt64(offset))
      packet.string(bytes)
    case .makeFolder(let path):
      packet.string(path)
      packet.attributes(mode: 0o700)
    case .change(let path, let mode, let modified):
      packet.string(path)
      packet.attributes(mode: mode, modified: modified)
    case .changeOpen(let handle, let size, let mode, let modified):
      packet.string(handle)
      packet.attributes(size: size, mode: mode, modified: modified)
    case .readLink(let path), .remove(let path): packet.string(path)
    case .makeHardLink(let path, let other):
      packet.string(other)
      packet.string(path)
    case .makeLink(let path, let target):
      // The other way round than in the draft: OpenSSH's mistake, which all others keep.
      packet.string(target)
      packet.string(path)
    case .dateLink(let path, let modified):
      packet.string(path)
      packet.attributes(modified: modified)
    case .limits: break
    }
    return packet.packet()
  }

  private var type: UInt8 {
    switch self {
    case .open, .create: 3
    case .close: 4
    case .read: 5
    case .write: 6
    case .change: 9
    case .changeOpen: 10
    case .remove: 13
    case .makeFolder: 14
    case .readLink: 19
    case .makeLink: 20
    case .dateLink, .makeHardLink, .limits: 200
    }
  }
}

/// What a server calls a file that is open.
typealias SFTPHandle = [UInt8]

extension PacketEncoder {
  /// - Parameter modified: Becomes the time of the last access as well, of which there is none without the other.
  fileprivate mutating func attributes(size: Int? = nil, mode: UInt32? = nil, modified: Int? = nil) {
    number((size == nil ? 0 : 0x1) | (mode == nil ? 0 : 0x4) | (modified == nil ? 0 : 0x8))
    if let size { longNumber(UInt64(size)) }
    if let mode { number(mode) }
    if let modified {
      for _ in 0..<2 { number(UInt32(clamping: modified)) }
    }
  }
}
