import Concurrency
import JSON
import JSONRPC
import SSH

/// The `ssh/output` notifications of one command.
struct OutputStream: Sendable {
  private let podId: String
  private let coding: OutputCoding
  private let context: RequestContext
  private let held = Locked<[ExecOutput.Stream: [UInt8]]>([:])

  init(podId: String, coding: OutputCoding, context: RequestContext) {
    self.podId = podId
    self.coding = coding
    self.context = context
  }

  /// Returns when there is room for more.
  func send(_ chunk: ExecOutput) async {
    let whole = held.withLock { held -> [UInt8] in
      let bytes = held[chunk.stream, default: []] + chunk.bytes
      let count = coding.wholeCount(bytes)
      held[chunk.stream] = Array(bytes[count...])
      return Array(bytes[..<count])
    }
    await notify(chunk.stream, whole)
  }

  /// Sends what was kept back: no more bytes will come.
  func finish() async {
    let rest = held.withLock { $0 }
    for stream in [ExecOutput.Stream.stdout, .stderr] { await notify(stream, rest[stream] ?? []) }
  }

  private func notify(_ stream: ExecOutput.Stream, _ bytes: [UInt8]) async {
    guard !bytes.isEmpty else { return }
    context.notify(
      "ssh/output",
      [
        "requestId": context.id.json, "podId": .string(podId), "stream": .string(stream.rawValue),
        "data": .string(coding.text(of: bytes)),
      ]
    )
    await context.waitForRoom()
  }
}
