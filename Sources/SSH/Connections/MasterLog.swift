/// What an `ssh` at log level DEBUG1 tells on standard error, line by line.
struct MasterLog: Sendable {
  private(set) var hostKeyFingerprint: String?
  private(set) var serverVersion: String?
  /// How often the server refused to open a channel, and what it said the last time.
  private(set) var channelRefusals = 0
  private(set) var lastChannelRefusal = ""
  private var hasConnected = false
  private var isWithinDebugging = false
  private var complaints: [String] = []

  /// - Parameter text: Without the line feed. The client ends a message by a carriage return besides: one that holds
  ///   our commands has many lines.
  mutating func read(_ text: String) {
    let line = text.last == "\r" ? String(text.dropLast()) : text
    let isFirst = !isWithinDebugging
    isWithinDebugging = (isWithinDebugging || line.hasPrefix("debug")) && text.last != "\r"
    guard isFirst else { return }
    if let rest = line.after("debug1: Server host key: ") {
      hostKeyFingerprint = rest.split(separator: " ").last.map(String.init)
    } else if let rest = line.after("debug1: Remote protocol version 2.0, remote software version ") {
      serverVersion = rest
    } else if line == "debug1: Connection established." {
      hasConnected = true
    } else if !line.isEmpty && !line.hasPrefix("debug") && !line.hasPrefix("OpenSSH_") {
      complaints.append(line)
      if line.hasPrefix("channel "), line.contains(": open failed: ") {
        channelRefusals += 1
        lastChannelRefusal = line
      }
      // A server's welcome text can be long; what went wrong comes last.
      if complaints.count > 60 { complaints.removeFirst(30) }
    }
  }

  /// Why the client ended.
  var fault: ConnectFault {
    if first("REMOTE HOST IDENTIFICATION HAS CHANGED", "Host key verification failed", "key is known for") != nil {
      return .hostKeyChanged(offered: hostKeyFingerprint)
    }
    if first("Permission denied (", "Too many authentication failures") != nil {
      if let line = first("Load key ", "bad permissions", "UNPROTECTED PRIVATE KEY", "Identity file ") {
        return .unusableKey(line)
      }
      return .refusedKey
    }
    if let line = first("Unable to negotiate with", "Bad configuration option", "unknown option", "Bad SSH2 ") {
      return .incompatible(line)
    }
    for (obstacle, phrases) in Self.obstacles {
      if let line = first(phrases) { return .transient(obstacle, line) }
    }
    return .transient(.other, complaints.last ?? "the SSH client ended without a word")
  }

  /// Why there is no connection yet after so long.
  func delay(_ time: Duration) -> ConnectFault {
    let what = serverVersion != nil ? "login" : hasConnected ? "greeting" : "answer"
    return .transient(hasConnected ? .silent : .unreachable, "no \(what) within \(time.components.seconds) seconds")
  }

  /// What the client last said that was not a debugging line.
  var lastComplaint: String? { complaints.last }

  /// The client's words for each, the most telling first.
  private static let obstacles: [(ConnectFault.Obstacle, [String])] = [
    (.refused, ["Connection refused"]),
    (.silent, ["during banner exchange"]),
    (.unreachable, ["Could not resolve", "No route to host", "Network is unreachable", "timed out"]),
    (.hungUp, ["closed by", "reset by", "kex_exchange_identification"]),
  ]

  private func first(_ phrases: String...) -> String? { first(phrases) }

  private func first(_ phrases: [String]) -> String? {
    complaints.first { line in phrases.contains { line.contains($0) } }
  }
}

extension String {
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}

/// Cuts bytes into lines without their line feeds.
struct LineCutter: Sendable {
  private var rest: [UInt8] = []

  /// The lines that `bytes` complete.
  mutating func lines(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    if rest.count > 64 * 1024 { rest = [] }
    return lines
  }
}
