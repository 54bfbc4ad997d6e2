import Outside

/// Finds a name that occurs twice among an object's members.
///
/// Comparing each name with all before it, or hashing it, would cost more than the rest of the parsing. A bit for what
/// two names seldom have in common, their length, first and last byte together, spares nearly all of that.
struct SeenNames {
  private var bits: UInt64 = 0
  /// For objects with so many members that the bits say little.
  private var names: Set<ByteText> = []

  /// Notes `name`; false when it is one of `members`, which are all that were noted before.
  ///
  /// - Parameter written: The name in the text, with its quotes.
  @inline(__always)
  mutating func insert(
    _ name: String,
    written: Slice<UnsafeBufferPointer<UInt8>>,
    into members: [JSONObject.Member]
  ) -> Bool {
    let first = Int(written[written.startIndex + 1])
    let last = Int(written[written.endIndex - 2])
    let bit: UInt64 = 1 << UInt64((first &+ 5 &* last &+ 11 &* written.count) & 63)
    // A name written with escapes may be one that was written without.
    let isPlain = written.count == name.utf8.count + 2
    let isNew = (isPlain && bits & bit == 0) || isAbsent(name, from: members)
    bits |= isPlain ? bit : .max
    return isNew
  }

  private mutating func isAbsent(_ name: String, from members: [JSONObject.Member]) -> Bool {
    if members.count < 32 { return !members.contains { $0.key.bytes == name.bytes } }
    if names.count < members.count { names.formUnion(members[names.count...].map(\.key.bytes)) }
    return !names.contains(name.bytes)
  }
}
