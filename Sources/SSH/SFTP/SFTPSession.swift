import Subprocess

/// A session with a pod's server of files. Any number of requests may be under way, and their replies are asked for in
/// any order. It is for one task at a time.
actor SFTPSession {
  /// The most bytes of a packet that OpenSSH sends or takes.
  private static let packetSize = 256 * 1024
  /// What every server reads and writes at once, in bytes.
  private static let leastBlock = 32 * 1024

  /// The most replies that wait to be asked for: three windows of the largest depth.
  private static let mostReplies = 3 * mostDepth
  private static let mostDepth = 256

  /// How many bytes are read or written at once.
  private(set) var readSize = leastBlock
  private(set) var writeSize = leastBlock
  /// How many requests of a kind are under way at most; each may stand for an open file, and there are two kinds of such.
  private(set) var depth = 32
  private let session: any Session
  private var extensions: Set<String> = []
  private var cutter = PacketCutter(limit: packetSize)
  private var replies: [UInt32: SFTPReply] = [:]
  private var lastID: UInt32 = 0

  private init(_ session: any Session) { self.session = session }

  /// - Returns: nil when what runs in `session` is no server of files.
  /// - Throws: `CancellationError`.
  static func begin(_ session: any Session) async throws -> SFTPSession? {
    do {
      let sftp = SFTPSession(session)
      return try await sftp.greet() ? sftp : nil
    } catch is SystemError {
      return nil
    } catch is SFTPEnd {
      return nil
    }
  }

  /// Whether the request is one of the protocol's own, or this server has told that it knows it.
  func knows(_ request: SFTPRequest) -> Bool { request.neededExtension.map(extensions.contains) ?? true }

  /// Sends a request, and returns what its reply is asked for by.
  ///
  /// - Throws: `SFTPEnd`, `CancellationError`.
  func send(_ request: SFTPRequest) async throws -> UInt32 {
    lastID &+= 1
    let id = lastID
    do {
      try await session.input.write(request.packet(id: id))
    } catch is SystemError {
      throw SFTPEnd()
    }
    return id
  }

  /// The reply to the request `id`.
  ///
  /// - Throws: `SFTPEnd`, `CancellationError`.
  func reply(_ id: UInt32) async throws -> SFTPReply {
    do {
      while replies[id] == nil {
        guard let packet = try await next(), let (id, reply) = SFTPReply.read(packet) else { throw SFTPEnd() }
        replies[id] = reply
        // More than were asked for.
        guard replies.count < Self.mostReplies else { throw SFTPEnd() }
      }
    } catch is SystemError {
      throw SFTPEnd()
    }
    return replies.removeValue(forKey: id) ?? .other
  }

  private func greet() async throws -> Bool {
    try await session.input.write(SFTPRequest.greeting)
    // Asked at once, which saves a round trip; a server that does not know it says so.
    let limits = try await send(.limits)
    guard let packet = try await next(), let version = SFTPVersion(packet) else { return false }
    extensions = version.extensions
    guard case .limits(let read, let write, let open) = try await reply(limits) else { return true }
    // Some say 0 for what they do not know.
    readSize = min(max(read, Self.leastBlock), Self.packetSize - 1024)
    writeSize = min(max(write, Self.leastBlock), Self.packetSize - 1024)
    depth = min(max(open / 2, depth), Self.mostDepth)
    return true
  }

  private func next() async throws -> ArraySlice<UInt8>? {
    while true {
      if let packet = try cutter.next() { return packet }
      guard let bytes = try await session.output.read() else { return nil }
      cutter.append(bytes)
    }
  }
}

/// The server of files is gone, or the connection to it.
struct SFTPEnd: Error {}
