/// Text as the bytes that a machine reads: what is equal in it, found in it, and where it is cut.
///
/// To Swift's `String`, an apostrophe and a combining mark after it are one `Character`, CR LF is one, and two forms of "é"
/// are equal. To a shell, a file system, a protocol or another program they are not.
package struct ByteText: Sendable, Hashable {
  private let content: Substring

  fileprivate init(_ content: Substring) { self.content = content }

  package var string: String { String(content) }

  package static func == (left: ByteText, right: ByteText) -> Bool {
    left.count == right.count && left.withBytes { left in right.withBytes { right in left.elementsEqual(right) } }
  }

  package func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(count)
  }

  private var count: Int { content.utf8.count }

  private func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    content.utf8.withContiguousStorageIfAvailable(body) ?? Array(content.utf8).withUnsafeBufferPointer(body)
  }

  package func hasPrefix(_ prefix: String) -> Bool { content.utf8.starts(with: prefix.utf8) }

  package func hasSuffix(_ suffix: String) -> Bool {
    content.utf8.reversed().starts(with: suffix.utf8.reversed())
  }

  package func contains(_ part: String) -> Bool { range(of: part) != nil }

  /// Where `part` begins and ends for the first time: between scalars when `part` is whole text.
  package func range(of part: String) -> Range<String.Index>? {
    let bytes = content.utf8
    guard let first = part.utf8.first else { return content.startIndex..<content.startIndex }
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: first) {
      var end = found
      var isWhole = true
      for byte in part.utf8 {
        guard end < bytes.endIndex, bytes[end] == byte else {
          isWhole = false
          break
        }
        end = bytes.index(after: end)
      }
      if isWhole { return found..<end }
      start = bytes.index(after: found)
    }
    return nil
  }

  /// What follows `prefix`; nil when the text does not begin with it.
  package func after(prefix: String) -> Substring? {
    hasPrefix(prefix) ? Substring(content.utf8.dropFirst(prefix.utf8.count)) : nil
  }

  /// What comes before `suffix`; nil when the text does not end with it.
  package func before(suffix: String) -> Substring? {
    hasSuffix(suffix) ? Substring(content.utf8.dropLast(suffix.utf8.count)) : nil
  }

  /// The parts between separators.
  ///
  /// - Parameters:
  ///   - separator: ASCII.
  ///   - most: How many separators count at most, from the first on.
  ///   - keepsEmpty: Whether parts without a byte are parts.
  package func split(_ separator: Unicode.Scalar, most: Int = .max, keepsEmpty: Bool = false) -> [Substring] {
    content.utf8.split(
      separator: UInt8(ascii: separator),
      maxSplits: most,
      omittingEmptySubsequences: !keepsEmpty
    ).map { Substring($0) }
  }

  /// The parts between occurrences of a text that is not empty, empty parts included.
  package func parts(between separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = content
    while !separator.isEmpty, let range = ByteText(rest).range(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  /// The words between blanks of ASCII: space, tab and the line breaks.
  package var words: [Substring] { content.utf8.split(whereSeparator: \.isBlank).map { Substring($0) } }

  /// The lines that hold something; they end with LF, CR or both.
  package var lines: [Substring] {
    content.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { Substring($0) }
  }

  /// The text without the blanks of ASCII at its ends.
  package var trimmed: Substring {
    var bytes = content.utf8
    while bytes.first?.isBlank == true { bytes.removeFirst() }
    while bytes.last?.isBlank == true { bytes.removeLast() }
    return Substring(bytes)
  }

  /// The text with another in the place of each occurrence.
  package func replacing(_ part: String, with other: String) -> String { parts(between: part).joined(separator: other) }

  /// The text with `A` to `Z` in lower case and nothing else changed: what has no case in a protocol keeps its bytes.
  package var lowercased: String {
    String(decoding: content.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

extension ByteText: Comparable {
  package static func < (left: ByteText, right: ByteText) -> Bool {
    left.content.utf8.lexicographicallyPrecedes(right.content.utf8)
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The text as the bytes that a machine reads.
  package var bytes: ByteText { ByteText(self[...]) }
}

extension UInt8 {
  /// Space, tab, CR or LF.
  package var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
  package var isDigit: Bool { 0x30...0x39 ~= self }
  /// A letter of ASCII.
  package var isLetter: Bool { 0x41...0x5A ~= self || 0x61...0x7A ~= self }
  package var isHexDigit: Bool { isDigit || 0x41...0x46 ~= self || 0x61...0x66 ~= self }
}
