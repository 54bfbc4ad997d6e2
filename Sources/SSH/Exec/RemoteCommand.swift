import Concurrency
import Subprocess

/// Moves the bytes of one session until its command has ended.
struct RemoteCommand: Sendable {
  typealias Sink = @Sendable ([UInt8]) async throws -> Void

  struct Outcome: Sendable {
    /// nil when the far end did not tell.
    var code: Int?
    /// Whether the far end got as far as running the command.
    var began: Bool
    /// What it said instead.
    var noise: String
    /// Whether the far end waits for another command in the same session.
    var isWaiting: Bool

    /// Whether the server allowed the client no session; a master that we ask ourselves says so at once.
    var wasRefused: Bool { code == 255 && !began && noise.contains("session request failed") }
  }

  private enum Part: Sendable {
    case fed, drained(exitCode: Int?), ended(Int?), quiet
  }

  /// How long output is waited for after the command's end when something that it left behind keeps its pipes open.
  private static let patience = Duration.seconds(3)

  let session: any Session
  let output: Sink
  let error: Sink
  private let outputMark: Locked<MarkFilter>
  private let errorMark: Locked<MarkFilter>
  private let activity = Locked((count: 0, busy: 0))

  /// - Parameter endToken: The one in the header.
  init(session: any Session, endToken: String?, output: @escaping Sink, error: @escaping Sink) {
    self.session = session
    outputMark = Locked(MarkFilter(endToken: endToken))
    errorMark = Locked(MarkFilter(endToken: endToken))
    self.output = output
    self.error = error
  }

  /// The command's process group at the far end, once it has begun; 0: it never will.
  let began = Eventual<Int>()

  /// Runs to the command's end.
  ///
  /// - Parameter feed: Writes the session's input, header and all.
  /// - Throws: `CancellationError`, and what `feed` and the sinks throw.
  func run(feed: @escaping @Sendable () async throws -> Void) async throws -> Outcome {
    let (code, isWaiting) = try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        do {
          try await feed()
        } catch let error as SystemError where error.call == "write" || error.call == "use" {
          // A command need not read what it is given.
        }
        return .fed
      }
      group.addTask { try await self.pump(self.session.output, outputMark, to: self.output) }
      group.addTask { try await self.pump(self.session.error, errorMark, to: self.error) }
      group.addTask { .ended(try await self.session.waitForExit()) }
      defer { group.cancelAll() }
      var drained = 0
      var marked: [Int] = []
      var end: Int??
      while marked.count < 2 && (drained < 2 || end == nil), let part = try await group.next() {
        switch part {
        case .drained(let exitCode):
          drained += 1
          if let exitCode { marked.append(exitCode) }
        case .ended(let code):
          end = .some(code)
          group.addTask { try await self.watchForQuiet() }
        case .fed: break
        case .quiet:
          session.output.endWhenEmpty()
          session.error.endWhenEmpty()
        }
      }
      return marked.count == 2 ? (marked[0], true) : (end ?? nil, false)
    }
    let noise = outputMark.withLock { $0.noise } + errorMark.withLock { $0.noise }
    let words = String(decoding: noise, as: UTF8.self)
    return Outcome(code: code, began: began.value != nil, noise: words, isWaiting: isWaiting)
  }

  private func pump(
    _ reader: any ByteReader,
    _ mark: Locked<MarkFilter>,
    to sink: Sink
  ) async throws -> Part {
    while let bytes = try await reader.read() {
      let (rest, group, exitCode) = mark.withLock { ($0.pass(bytes), $0.group, $0.exitCode) }
      if let group { began.resolve(group) }
      activity.withLock { $0 = ($0.count + 1, $0.busy + 1) }
      defer { activity.withLock { $0 = ($0.count + 1, $0.busy - 1) } }
      if !rest.isEmpty { try await sink(rest) }
      if let exitCode { return .drained(exitCode: exitCode) }
    }
    let rest = mark.withLock { $0.end() }
    if !rest.isEmpty { try await sink(rest) }
    return .drained(exitCode: nil)
  }

  /// Returns once nothing has come for a while, and nothing is being handed on either.
  private func watchForQuiet() async throws -> Part {
    while true {
      let before = activity.withLock { $0.count }
      try await Task.sleep(for: Self.patience)
      if activity.withLock({ $0.count == before && $0.busy == 0 }) { return .quiet }
    }
  }
}
