import CSystem

/// Passes on what is between the marks of `RemoteShell` in a stream, whatever pieces it comes in.
struct MarkFilter: Sendable {
  private enum Mark {
    case begin(group: Int)
    case end(exitCode: Int)
  }

  private static let start = Array(RemoteShell.mark.start.utf8)
  private static let stop = Array(RemoteShell.mark.end.utf8)[0]
  /// No mark is longer.
  private static let longest = 64

  private let endToken: String?
  /// The last bytes before the first mark; all there is as long as it has not come.
  private(set) var noise: [UInt8] = []
  /// The command's process group, once its mark has come; 0: somebody else's shell reads what we write.
  private(set) var group: Int?
  /// Once the mark of the end has come.
  private(set) var exitCode: Int?
  /// What may be the beginning of the mark of the end.
  private var held: [UInt8] = []

  /// - Parameter endToken: What the end is marked with; nil: it is the stream's.
  init(endToken: String?) {
    self.endToken = endToken
  }

  /// What of the stream is the command's own, as far as `bytes` show it.
  mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    guard exitCode == nil, group != 0 else { return [] }
    return group == nil ? begin(bytes) : goOn(bytes)
  }

  /// What is the command's own after all, since the stream ends here.
  mutating func end() -> [UInt8] {
    defer { held = [] }
    return held
  }

  private mutating func begin(_ bytes: [UInt8]) -> [UInt8] {
    noise += bytes
    var index = 0
    while let first = Self.find(noise, from: index) {
      if case (let mark?, let rest) = mark(noise[first...]) {
        defer { noise = Array(noise[..<first]) }
        switch mark {
        case .begin(let group): self.group = group
        case .end(let exitCode): self.exitCode = exitCode
        }
        return pass(Array(rest))
      }
      index = first + 1
    }
    // Noise without an end must not fill the memory.
    if noise.count > 64 * 1024 { noise.removeFirst(noise.count - 32 * 1024) }
    return []
  }

  private mutating func goOn(_ more: [UInt8]) -> [UInt8] {
    guard endToken != nil else { return more }
    let bytes = held.isEmpty ? more : held + more
    held = []
    var index = 0
    while let first = Self.find(bytes, from: index) {
      switch mark(bytes[first...]) {
      case (.end(let exitCode), _):
        self.exitCode = exitCode
        return Array(bytes[..<first])
      case (nil, let rest) where rest.isEmpty: return hold(bytes, from: first)
      default: index = first + 1
      }
    }
    let tail = bytes.suffix(Self.start.count - 1)
    if let first = tail.lastIndex(of: Self.start[0]), Self.start.starts(with: tail[first...]) {
      return hold(bytes, from: first)
    }
    return bytes
  }

  private mutating func hold(_ bytes: [UInt8], from index: Int) -> [UInt8] {
    held = Array(bytes[index...])
    return Array(bytes[..<index])
  }

  /// The mark that begins `bytes`, as its start does, and what comes after it. Without a mark, nothing comes after what
  /// may be the beginning of one.
  private func mark(_ bytes: ArraySlice<UInt8>) -> (Mark?, rest: ArraySlice<UInt8>) {
    let text = bytes.dropFirst(Self.start.count).prefix(Self.longest)
    guard let stop = text.firstIndex(of: Self.stop) else { return (nil, text.count < Self.longest ? [] : bytes) }
    let words = String(decoding: text[..<stop], as: UTF8.self).split(separator: " ")
    let rest = bytes[(stop + 1)...]
    switch (words.count, words.last.flatMap { Int($0) }) {
    case (1, let group?): return (.begin(group: group), rest)
    case (2, let exitCode?) where words[0] == endToken ?? "": return (.end(exitCode: exitCode), rest)
    default: return (nil, bytes)
    }
  }

  /// Where the next mark starts, if that is whole.
  private static func find(_ bytes: [UInt8], from index: Int) -> Int? {
    let found = csystem_find(bytes, bytes.count, index, start, start.count)
    return found < 0 ? nil : found
  }
}
