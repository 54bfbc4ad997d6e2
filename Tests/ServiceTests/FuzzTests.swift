import FoundationEssentials
import Glibc
import JSON
import JSONRPC
import Reporting
import Testing

@testable import Service

/// Mutated sessions through framing, parser and dispatcher: no crash, no hang, an answer for each request that is one.
/// `FUZZ_SECONDS` says for how long; three when absent.
@Suite struct FuzzTests {
  private static let seeds = [
    #"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":[1,2.5,"é\n",null,true]}}"#,
    #"{"jsonrpc":"2.0","id":"x","method":"work","params":{"workDoneToken":"t"}}"#,
    #"[{"jsonrpc":"2.0","id":2,"method":"echo"},{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","id":3,"method":"no"}]"#,
    #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x"}}"#,
    #"{"jsonrpc":"2.0","id":4,"method":"initialize","params":{"processId":null,"capabilities":{}}}"#,
    #"{"jsonrpc":"2.0","id":5,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#,
    #"{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"x","_meta":{"progressToken":1}}}"#,
    #"{"jsonrpc":"2.0","id":7,"method":"workspace/executeCommand","params":{"command":"work","arguments":[{}]}}"#,
    #"{"jsonrpc":"2.0","id":8,"method":"shutdown"}"#, #"{"jsonrpc":"2.0","id":9,"result":{}}"#,
    #"{"jsonrpc":"2.0","id":10,"method":"resources/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":6}}"#,
    #"{"jsonrpc":"2.0","method":"exit"}"#,
  ]

  /// What a random byte is unlikely to become.
  private static let words = [
    "\"id\":", "null", "1e999", "-0", "\\ud800", "\"workDoneToken\":", "[[[[", "\u{FEFF}", "\r\n\r\n", "\n",
    "Content-Length: ", "99999999999999999999", "\0",
  ]

  /// Where the answers of all sessions come out.
  private let output: Int32
  private let connection: Connection
  private let router: Router

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    output = ends[0]
    try #require(fcntl(output, F_SETFL, O_NONBLOCK) == 0)
    connection = Connection(wire: Wire(input: -1, output: ends[1]), outputFailed: { _ in })
    var router = Router()
    router.handle(inline: "echo") { $0 ?? nil }
    router.handle(inline: "shutdown") { _ in nil }
    router.handle(raw: "initialize") { _, _ in [:] }
    router.handle(raw: "work") { _, context in
      context.progress.report("working", fraction: 0.5)
      await Task.yield()
      return nil
    }
    self.router = router
  }

  @Test(.timeLimit(.minutes(90))) func everyRequestIsAnsweredWhateverIsAroundIt() async {
    let limit = Duration.seconds(Int(ProcessInfo.processInfo.environment["FUZZ_SECONDS"] ?? "") ?? 3)
    var sessions = 0
    var requests = 0
    let start = ContinuousClock.now
    while ContinuousClock.now - start < limit {
      let stream = FuzzTests.stream()
      let (asked, answered) = await serve(stream)
      for (id, count) in asked {
        guard let answers = answered[id], answers <= count else {
          Issue.record("\(id) was asked \(count) times and answered \(answered[id] ?? 0) times: \(stream)")
          return
        }
      }
      sessions += 1
      requests += asked.values.reduce(0, +)
    }
    print("\(sessions) sessions, \(requests) requests")
  }

  private static func stream() -> [UInt8] {
    let framing = Bool.random() ? Framing.lines : .headers
    var stream: [UInt8] = []
    for _ in 0..<Int.random(in: 1...6) {
      var message = Array((seeds.randomElement() ?? "").utf8)
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

  /// Has a dispatcher of its own answer a stream that comes in two pieces.
  ///
  /// - Returns: How often each id was asked outside a batch, and how often answered.
  private func serve(_ stream: [UInt8]) async -> (asked: [RequestID: Int], answered: [RequestID: Int]) {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let dispatcher = Dispatcher(connection: connection, router: router) { end.yield(()) }
    var reader = MessageReader()
    var asked: [RequestID: Int] = [:]
    /// Those that an agent has cancelled, of which nothing more may be said.
    var silenced: Set<RequestID> = []
    let cut = Int.random(in: 0...stream.count)
    var incoming: [Incoming] = []
    for piece in [stream[..<cut], stream[cut...]] {
      piece.withUnsafeBytes { reader.push($0) }
      reader.readAll { incoming.append($0) }
    }
    incoming += [reader.finish().last].compactMap { $0 }
    for frame in incoming {
      switch frame {
      case .single(.request(let id, _, _)), .single(.invalid(let id?, _)): asked[id, default: 0] += 1
      case .single(.notification("notifications/cancelled", let params)):
        if let id = params?["requestId"].flatMap({ RequestID($0) }) { silenced.insert(id) }
      default: break
      }
      dispatcher.receive(frame)
    }
    dispatcher.inputEnded()
    for await _ in ends { break }
    if dispatcher.figures.dialect == .mcp { asked = asked.filter { !silenced.contains($0.key) } }
    return (asked, answers())
  }

  private func answers() -> [RequestID: Int] {
    var answered: [RequestID: Int] = [:]
    var reader = MessageReader(FrameReader(framing: .lines))
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      _ = connection.finish()
      let count = read(output, &bytes, bytes.count)
      guard count > 0 else { return answered }
      bytes[..<count].withUnsafeBytes { reader.push($0) }
      reader.readAll { if case .single(.response(let id?, _, _)) = $0 { answered[id, default: 0] += 1 } }
    }
  }
}
