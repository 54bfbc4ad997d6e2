/// How a child ended.
package enum ChildExit: Sendable, Hashable {
  case exited(Int32)
  case signalled(Int32)

  /// Whether it ended of itself with status 0.
  package var isSuccess: Bool { self == .exited(0) }
}

/// What a child that has ended leaves.
package struct ChildResult: Sendable, Hashable {
  package var exit: ChildExit
  package var standardOutput: [UInt8]
  package var standardError: [UInt8]
  /// Whether more was printed than was kept.
  package var truncated: Bool

  package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
  package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}
