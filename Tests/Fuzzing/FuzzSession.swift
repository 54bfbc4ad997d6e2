import Glibc
import JSON
package import JSONRPC
import Reporting
import Service

/// Any bytes through framing, parser and dispatcher, and what must hold whatever they are: each request outside a batch
/// is answered, and not more often than it was asked.
package struct FuzzSession: Sendable {
  /// Where the answers of all sessions come out.
  private let output: Int32
  private let connection: Connection
  private let router: Router

  package struct NoPipe: Error {}

  package init() throws(NoPipe) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else { throw NoPipe() }
    // All the answers of a session must fit: they are read when it is over.
    let setPipeSize: Int32 = 1031
    guard fcntl(ends[0], setPipeSize, 1024 * 1024) > 0 else { throw NoPipe() }
    output = ends[0]
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

  /// What was asked outside a batch, and how it was answered.
  package struct Outcome: Sendable {
    package fileprivate(set) var asked: [RequestID: Int] = [:]
    package fileprivate(set) var answered: [RequestID: Int] = [:]

    /// A request that was not answered or too often; nil when all is well.
    package var fault: String? {
      for (id, count) in asked {
        let answers = answered[id] ?? 0
        if !(1...count).contains(answers) { return "\(id) was asked \(count) times and answered \(answers) times" }
      }
      return nil
    }
  }

  /// Has a dispatcher of its own answer a stream that comes in two pieces.
  ///
  /// - Parameter cut: Bytes of the first piece, at most those of the stream.
  package func serve(_ stream: [UInt8], cut: Int) async -> Outcome {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let dispatcher = Dispatcher(connection: connection, router: router) { end.yield(()) }
    var outcome = Outcome()
    /// Those that an agent has cancelled, of which nothing more may be said.
    var silenced: Set<RequestID> = []
    func receive(_ incoming: Incoming) {
      switch incoming {
      case .single(.request(let id, _, _)), .single(.invalid(let id?, _)): outcome.asked[id, default: 0] += 1
      case .single(.notification("notifications/cancelled", let params)):
        if let id = params?["requestId"].flatMap({ RequestID($0) }) { silenced.insert(id) }
      default: break
      }
      dispatcher.receive(incoming)
    }
    var reader = MessageReader()
    for piece in [stream[..<cut], stream[cut...]] {
      piece.withUnsafeBytes { reader.push($0) }
      reader.readAll(receive)
      dispatcher.caughtUp()
    }
    if let last = reader.finish().last { receive(last) }
    dispatcher.caughtUp()
    await dispatcher.inputEnded()
    for await _ in ends { break }
    if dispatcher.figures.dialect == .mcp { outcome.asked = outcome.asked.filter { !silenced.contains($0.key) } }
    outcome.answered = answers()
    return outcome
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
