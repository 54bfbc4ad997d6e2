extension UnsafeBufferPointer<UInt8> {
  /// Where those bytes from `start` on end that stand for themselves in a JSON string: at a quote, a backslash, a control
  /// character or the end of all; and whether they are ASCII.
  ///
  /// Eight bytes at a time. In a word, a byte that is zero borrows its highest bit from none below it; what is flagged
  /// falsely lies above it and does not matter. Mycroft 1987.
  @inline(__always)
  func endOfPlain(from start: Int) -> (end: Int, isASCII: Bool) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highest: UInt64 = 0x8080_8080_8080_8080
    let text = UnsafeRawBufferPointer(self)
    var index = start
    var all: UInt64 = 0
    while index + 8 <= count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let quote = word ^ (ones * 0x22)
      let backslash = word ^ (ones * 0x5C)
      let found =
        ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones * 0x20) & ~word) & highest
      if found != 0 {
        let length = found.trailingZeroBitCount & ~7
        return (index + length / 8, (all | word & ((1 << UInt64(length)) - 1)) & highest == 0)
      }
      all |= word
      index += 8
    }
    while index < count, self[index] >= 0x20, self[index] != 0x22, self[index] != 0x5C {
      all |= UInt64(self[index])
      index += 1
    }
    return (index, all & highest == 0)
  }
}
