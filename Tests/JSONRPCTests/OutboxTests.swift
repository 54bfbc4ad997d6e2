import Testing

@testable import JSONRPC

@Suite struct OutboxTests {
  private let token = RequestID.string("t")
  private let other = RequestID.integer("7")

  private func frame(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// What comes out when the reader takes `step` bytes at a time.
  private func drain(_ outbox: inout Outbox, step: Int = .max) -> String {
    var written: [UInt8] = []
    while outbox.unwritten > 0 {
      _ = outbox.write { bytes in
        written += bytes.prefix(step)
        return min(step, bytes.count)
      }
    }
    return String(decoding: written, as: UTF8.self)
  }

  @Test(arguments: [1, 2, 3, 5, 100])
  func whateverTheReaderTakesTheOrderStays(step: Int) {
    var outbox = Outbox(softLimit: 4)
    for index in 0..<20 { outbox.append(frame("<\(index)>")) }
    #expect(drain(&outbox, step: step) == (0..<20).map { "<\($0)>" }.joined())
    #expect(outbox.size == 0)
  }

  @Test func aFastReaderGetsEveryReport() {
    var outbox = Outbox(softLimit: 4)
    var written = ""
    for index in 0..<5 {
      outbox.append(frame("\(index)"), .report(token))
      written += drain(&outbox)
    }
    #expect(written == "01234")
  }

  @Test func behindASlowReaderTheNewestReportOfEachTokenStays() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(frame("answer"))
    for index in 0..<1_000 {
      outbox.append(frame("<t\(index)>"), .report(token))
      outbox.append(frame("<o\(index)>"), .report(other))
    }
    #expect(outbox.size == "answer<t999><o999>".utf8.count)
    #expect(drain(&outbox, step: 1) == "answer<t999><o999>")
    #expect(outbox.size == 0)
  }

  @Test func theEndOfATokenGoesBehindItsNewestReport() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(frame("answer"))
    outbox.append(frame("<old>"), .report(token))
    outbox.append(frame("<new>"), .report(token))
    outbox.append(frame("<other>"), .report(other))
    outbox.append(frame("<end>"), .lastReport(token))
    outbox.append(frame("<result>"))
    #expect(drain(&outbox) == "answer<new><end><result><other>")
  }

  @Test func aTokenThatNobodyListensToAnyMoreIsForgotten() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(frame("answer"))
    outbox.append(frame("<report>"), .report(token))
    outbox.drop(token)
    #expect(drain(&outbox) == "answer")
    #expect(outbox.size == 0)
  }

  @Test func aReaderThatNeverCatchesUpDoesNotMakeUsKeepEverything() {
    var outbox = Outbox()
    let piece = [UInt8](repeating: 0, count: 100_000)
    for _ in 0..<10 { outbox.append(piece) }
    for _ in 0..<1_000 {
      outbox.append(piece)
      _ = outbox.write { min(piece.count, $0.count) }
      #expect(outbox.size == 1_000_000)
      #expect(outbox.room < 8_000_000)
    }
  }
}
