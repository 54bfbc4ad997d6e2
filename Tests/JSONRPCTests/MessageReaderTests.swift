import FoundationEssentials
import JSON
import JSONRPC
import Testing

@Suite struct MessageReaderTests {
  private static let first = Array(#"{"jsonrpc":"2.0","id":1,"method":"a","params":["é"]}"#.utf8)
  private static let second = Array(#"[{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":"x","method":"c"}]"#.utf8)

  private static let expected: [Incoming] = [
    .single(.request(id: .integer(1), method: "a", params: ["é"])),
    .batch([
      .notification(method: "b", params: nil), .request(id: .string("x"), method: "c", params: nil),
    ]),
  ]

  private func read(_ pieces: [ArraySlice<UInt8>]) -> [Incoming] {
    let (incoming, isTruncated) = readAll(pieces)
    #expect(!isTruncated)
    return incoming
  }

  @Test(arguments: Framing.allCases)
  func howTheBytesAreCutChangesNothing(framing: Framing) {
    let stream = framing.frame(Self.first) + framing.frame(Self.second)
    #expect(read(stream.map { [$0] }) == Self.expected)
    for cut in 1..<stream.count { #expect(read([stream[..<cut], stream[cut...]]) == Self.expected) }
    for cut in stride(from: 1, to: stream.count - 1, by: 5) {
      for next in stride(from: cut + 1, to: stream.count, by: 11) {
        #expect(read([stream[..<cut], stream[cut..<next], stream[next...]]) == Self.expected)
      }
    }
  }

  /// Every case of the conformance list and every header that clients get wrong, each followed by a good message.
  private static let streams: [[UInt8]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "protocol/conformance.jsonl")
    let cases = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    let inputs = cases.compactMap { try? JSONValue(parsing: String($0))["in"]?.arrayValue?.compactMap(\.stringValue) }
    let conforming = inputs.flatMap { messages in
      Framing.allCases.map { framing in messages.flatMap { framing.frame(Array($0.utf8)) } + framing.frame(second) }
    }
    let blocks = [
      "content-length:", "CONTENT-LENGTH: ", "# a comment\r\nContent-Length:\t", "X-Other: 1\r\nContent-Length: ",
      "Content-Type: x; charset=utf8\r\nContent-Length: ", "Content-Type: x; charset=latin1\r\nContent-Length: ",
      "Content-Length: 1\r\nContent-Length: ", "Content-Length: -", "Content-Length: 0x", "Content-Length: 99",
      "X: \(String(repeating: "x", count: 9_000))\r\nContent-Length: ", "{\"jsonrpc\":\"2.0\"}\nContent-Length: ",
    ]
    let headed = blocks.map { Array("\($0)\(first.count)\r\n\r\n".utf8) + first + Framing.headers.frame(second) }
    return conforming + headed
  }()

  @Test func howTheBytesAreCutChangesNothingForAnyStream() {
    #expect(Self.streams.count > 100)
    for stream in Self.streams {
      let whole = readAll([stream[...]])
      #expect(readAll(stream.map { [$0] }).incoming == whole.incoming)
      for cut in stride(from: 1, to: stream.count, by: stream.count > 1_000 ? 97 : 1) {
        let cutUp = readAll([stream[..<cut], stream[cut...]])
        #expect(cutUp.incoming == whole.incoming && cutUp.isTruncated == whole.isTruncated)
      }
    }
  }

  private func readAll(_ pieces: [ArraySlice<UInt8>]) -> (incoming: [Incoming], isTruncated: Bool) {
    var reader = MessageReader()
    var incoming: [Incoming] = []
    for piece in pieces { incoming += reader.readAll(piece) }
    let (last, isTruncated) = reader.finish()
    return (incoming + [last].compactMap { $0 }, isTruncated)
  }

  @Test func aHugeDeclaredLengthCostsNoMemory() {
    var reader = MessageReader(FrameReader(limit: 100))
    let header = Array("Content-Length: 999999999999\r\n\r\n{".utf8)
    let incoming = reader.readAll(header[...])
    #expect(incoming == [.single(.invalid(id: nil, error: FrameFault.oversize(limit: 100).error))])
    #expect(reader.finish().isTruncated)
  }

  /// Whatever arrives, the reader neither stops nor traps, and says something about every line that is not blank.
  @Test func mutatedBytesNeverStopIt() {
    var random = SplitMix64(state: 20_261_123)
    for round in 0..<20_000 {
      var stream = (round % 2 == 0 ? Framing.lines : .headers).frame(Self.first)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<stream.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: stream[index] = UInt8.random(in: 0...255, using: &random)
        case 1: stream.insert(UInt8.random(in: 0...255, using: &random), at: index)
        default: stream.remove(at: index)
        }
      }
      var reader = MessageReader(FrameReader(limit: 1000))
      let incoming = reader.readAll(stream[...])
      let (last, _) = reader.finish()
      #expect(incoming.count + (last == nil ? 0 : 1) < 10)
    }
  }
}

extension MessageReader {
  fileprivate mutating func readAll(_ bytes: ArraySlice<UInt8>) -> [Incoming] {
    bytes.withUnsafeBytes { push($0) }
    var incoming: [Incoming] = []
    readAll { incoming.append($0) }
    return incoming
  }
}

/// A seeded generator, so that a failure can be run again. Steele, Lea and Flood 2014.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
