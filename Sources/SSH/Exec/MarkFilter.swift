/// Drops what comes before the mark of `RemoteShell` in a stream, whatever pieces it comes in.
struct MarkFilter: Sendable {
  private let start = Array(RemoteShell.mark.start.utf8)
  private let end = Array(RemoteShell.mark.end.utf8)
  /// The last bytes before the mark; all there is as long as it has not come.
  private(set) var noise: [UInt8] = []
  /// The command's process group, once the mark has come; 0: somebody else's shell reads what we write.
  private(set) var group: Int?

  /// What of `bytes` comes after the mark.
  mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    if let group { return group > 0 ? bytes : [] }
    noise += bytes
    for index in noise.indices where noise[index...].starts(with: start) {
      let number = noise[(index + start.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      let rest = noise[number.endIndex...]
      guard rest.starts(with: end), let group = Int(String(decoding: number, as: UTF8.self)) else { continue }
      self.group = group
      defer { noise = Array(noise[..<index]) }
      return pass(Array(rest.dropFirst(end.count)))
    }
    // Noise without an end must not fill the memory.
    if noise.count > 64 * 1024 { noise.removeFirst(noise.count - 32 * 1024) }
    return []
  }
}
