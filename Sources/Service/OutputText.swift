/// The bytes of one stream as text on the wire, in pieces that cut no character in two.
struct OutputText: Sendable {
  private let coding: OutputCoding
  private var held: [UInt8] = []

  init(_ coding: OutputCoding) { self.coding = coding }

  /// The text of what has wholly come; empty when there is none.
  mutating func take(_ bytes: [UInt8]) -> String {
    held = held.isEmpty ? bytes : held + bytes
    let count = coding.wholeCount(held)
    defer { held.removeFirst(count) }
    return coding.text(of: count == held.count ? held : Array(held[..<count]))
  }

  /// The text of what was kept back, since no more bytes will come; empty when there is none.
  mutating func takeRest() -> String {
    defer { held = [] }
    return coding.text(of: held)
  }
}
