import Concurrency
import JSON
import JSONRPC
import SSH

/// The `ssh/output` notifications of one command.
struct OutputStream: Sendable {
  private let podId: String
  private let context: RequestContext
  private let texts: [ExecOutput.Stream: Locked<OutputText>]

  init(podId: String, coding: OutputCoding, context: RequestContext) {
    self.podId = podId
    self.context = context
    texts = [.stdout: Locked(OutputText(coding)), .stderr: Locked(OutputText(coding))]
  }

  /// Returns when there is room for more.
  func send(_ chunk: ExecOutput) async {
    await notify(chunk.stream, texts[chunk.stream]?.withLock { $0.take(chunk.bytes) })
  }

  /// Sends what was kept back: no more bytes will come.
  func finish() async {
    for stream in [ExecOutput.Stream.stdout, .stderr] {
      await notify(stream, texts[stream]?.withLock { $0.takeRest() })
    }
  }

  private func notify(_ stream: ExecOutput.Stream, _ text: String?) async {
    guard let text, !text.isEmpty else { return }
    context.notify(
      "ssh/output",
      [
        "requestId": context.id.json, "podId": .string(podId), "stream": .string(stream.rawValue),
        "data": .string(text),
      ]
    )
    await context.waitForRoom()
  }
}
