/// SHA-256 of short messages, by FIPS 180-4 (https://doi.org/10.6028/NIST.FIPS.180-4).
enum SHA256 {
  /// The first digits of the hash.
  static func hex(_ message: [UInt8], digits: Int) -> String {
    let words = hash(message).map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
    return String(decoding: words.joined().utf8.prefix(digits), as: UTF8.self)
  }

  private static func hash(_ message: [UInt8]) -> [UInt32] {
    var state = roots(8, cube: false)
    let constants = roots(64, cube: true)
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    padded += (0..<8).reversed().map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    for start in stride(from: 0, to: padded.count, by: 64) {
      var schedule = (0..<16).map { word in
        padded[(start + word * 4)..<(start + word * 4 + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      }
      for index in 16..<64 {
        let early = schedule[index - 15]
        let late = schedule[index - 2]
        let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
        let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
        schedule.append(schedule[index - 16] &+ first &+ schedule[index - 7] &+ second)
      }
      var h = state
      for index in 0..<64 {
        let sum = turn(h[4], 6) ^ turn(h[4], 11) ^ turn(h[4], 25)
        let choice = h[4] & h[5] ^ ~h[4] & h[6]
        let first = h[7] &+ sum &+ choice &+ constants[index] &+ schedule[index]
        let other = turn(h[0], 2) ^ turn(h[0], 13) ^ turn(h[0], 22)
        let majority = h[0] & h[1] ^ h[0] & h[2] ^ h[1] & h[2]
        h = [first &+ other &+ majority, h[0], h[1], h[2], h[3] &+ first, h[4], h[5], h[6]]
      }
      for index in 0..<8 { state[index] = state[index] &+ h[index] }
    }
    return state
  }

  private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

  /// The first 32 bits of the fractions of the square or cube roots of the first primes.
  private static func roots(_ count: Int, cube: Bool) -> [UInt32] {
    var primes: [UInt64] = []
    var number: UInt64 = 2
    while primes.count < count {
      if !primes.contains(where: { number.isMultiple(of: $0) }) { primes.append(number) }
      number += 1
    }
    return primes.map { root(of: $0, cube: cube) }
  }

  /// By bisection, in whole numbers.
  private static func root(of prime: UInt64, cube: Bool) -> UInt32 {
    var low: UInt64 = 0
    var high: UInt64 = 1 << 37
    while low + 1 < high {
      let middle = (low + high) / 2
      let (top, bottom) = middle.multipliedFullWidth(by: middle)
      let isBelow: Bool
      if cube {
        // (middle / 2^32)^3 against the prime: middle^3 against prime * 2^96.
        let carried = bottom.multipliedFullWidth(by: middle)
        let (sum, overflow) = carried.high.addingReportingOverflow(top &* middle)
        isBelow = !overflow && sum < prime << 32
      } else {
        isBelow = top < prime
      }
      if isBelow { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}
