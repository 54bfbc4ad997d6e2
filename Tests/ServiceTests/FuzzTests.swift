import FoundationEssentials
import Fuzzing
import JSONRPC
import Testing

/// Mutated sessions through framing, parser and dispatcher, where libFuzzer cannot run: `Tests/Fuzzing/run` looks deeper.
/// `FUZZ_SECONDS` says for how long; three when absent.
@Suite struct FuzzTests {
  private static let seeds: [[UInt8]] = {
    let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fuzzing/corpus")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: corpus.path)) ?? []
    return files.sorted().compactMap { try? Array(Data(contentsOf: corpus.appending(path: $0))) }
  }()

  /// What a random byte is unlikely to become.
  private static let words = [
    "\"id\":", "null", "1e999", "-0", "\\ud800", "\"workDoneToken\":", "[[[[", "\u{FEFF}", "\r\n\r\n", "\n",
    "Content-Length: ", "99999999999999999999", "\0",
  ]

  @Test(.timeLimit(.minutes(90))) func everyRequestIsAnsweredWhateverIsAroundIt() async throws {
    let limit = Duration.seconds(Int(ProcessInfo.processInfo.environment["FUZZ_SECONDS"] ?? "") ?? 3)
    let session = try FuzzSession()
    try #require(Self.seeds.count > 10)
    var sessions = 0
    var requests = 0
    let start = ContinuousClock.now
    while ContinuousClock.now - start < limit {
      let stream = FuzzTests.stream()
      let outcome = await session.serve(stream, cut: Int.random(in: 0...stream.count))
      if let fault = outcome.fault {
        Issue.record("\(fault): \(stream)")
        return
      }
      sessions += 1
      requests += outcome.asked.values.reduce(0, +)
    }
    print("\(sessions) sessions, \(requests) requests")
  }

  /// `exit` comes while the answer before it may just be on its way.
  @Test func theAnswerBeforeTheExitIsNeverLost() async throws {
    let session = try FuzzSession()
    let messages = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}"#,
      #"{"jsonrpc":"2.0","method":"exit"}"#,
    ]
    let stream = messages.flatMap { Framing.lines.frame(Array($0.utf8)) }
    for _ in 0..<2_000 { #expect(await session.serve(stream, cut: 0).fault == nil) }
  }

  private static func stream() -> [UInt8] {
    let framing = Bool.random() ? Framing.lines : .headers
    var stream: [UInt8] = []
    for _ in 0..<Int.random(in: 1...6) {
      var message = seeds.randomElement() ?? []
      if Bool.random() { mutate(&message) }
      stream += framing.frame(message)
    }
    if Int.random(in: 0..<4) == 0 { mutate(&stream) }
    return stream
  }

  private static func mutate(_ bytes: inout [UInt8]) {
    for _ in 0..<Int.random(in: 1...3) where !bytes.isEmpty {
      let index = bytes.indices.randomElement() ?? 0
      switch Int.random(in: 0..<5) {
      case 0: bytes[index] = UInt8.random(in: 0...255)
      case 1: bytes.insert(UInt8.random(in: 0...255), at: index)
      case 2: bytes.remove(at: index)
      case 3: bytes.insert(contentsOf: (words.randomElement() ?? "").utf8, at: index)
      default: bytes.removeSubrange(index..<min(bytes.count, index + 8))
      }
    }
  }
}
