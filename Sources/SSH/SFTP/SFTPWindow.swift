/// Requests that are under way, the oldest first, with what each is for.
struct SFTPWindow<Purpose: Sendable>: Sendable {
  private let sftp: SFTPSession
  private var waiting: [(id: UInt32, purpose: Purpose)] = []

  init(_ sftp: SFTPSession) { self.sftp = sftp }

  /// Sends a request.
  ///
  /// - Returns: The oldest one's reply, once there are as many as there may be, and what it is for.
  /// - Throws: `CancellationError`, `SFTPEnd`.
  mutating func send(_ request: SFTPRequest, for purpose: Purpose) async throws -> (reply: SFTPReply, purpose: Purpose)?
  {
    waiting.append((try await sftp.send(request), purpose))
    return await waiting.count < sftp.depth ? nil : try await next()
  }

  /// The oldest one's reply, nil when there is none.
  mutating func next() async throws -> (reply: SFTPReply, purpose: Purpose)? {
    guard !waiting.isEmpty else { return nil }
    let (id, purpose) = waiting.removeFirst()
    return (try await sftp.reply(id), purpose)
  }
}
