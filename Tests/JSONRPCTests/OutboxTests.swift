import Testing

@testable import JSONRPC

@Suite struct OutboxTests {
  private let token = RequestID.string("t")
  private let other = RequestID.integer(7)

  private func message(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// What comes out when the reader takes `step` bytes at a time, the messages without their line breaks.
  private func drain(_ outbox: inout Outbox, step: Int = .max) -> String {
    var written: [UInt8] = []
    while outbox.unwritten > 0 {
      _ = outbox.write { bytes in
        written += bytes.prefix(step)
        return min(step, bytes.count)
      }
    }
    return String(decoding: written.filter { $0 != 0x0A }, as: UTF8.self)
  }

  @Test(arguments: [1, 2, 3, 5, 100])
  func whateverTheReaderTakesTheOrderStays(step: Int) {
    var outbox = Outbox(softLimit: 4)
    for index in 0..<20 { outbox.append(message("<\(index)>")) }
    #expect(drain(&outbox, step: step) == (0..<20).map { "<\($0)>" }.joined())
    #expect(outbox.size == 0)
  }

  @Test func aFastReaderGetsEveryReport() {
    var outbox = Outbox(softLimit: 4)
    var written = ""
    for index in 0..<5 {
      outbox.append(message("\(index)"), .report(token))
      written += drain(&outbox)
    }
    #expect(written == "01234")
  }

  @Test func behindASlowReaderTheNewestReportOfEachTokenStays() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(message("answer"))
    for index in 0..<1_000 {
      outbox.append(message("<t\(index)>"), .report(token))
      outbox.append(message("<o\(index)>"), .report(other))
    }
    #expect(outbox.size == "answer\n<t999>\n<o999>\n".utf8.count)
    #expect(drain(&outbox, step: 1) == "answer<t999><o999>")
    #expect(outbox.size == 0)
  }

  @Test func theEndOfATokenGoesBehindItsNewestReport() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(message("answer"))
    outbox.append(message("<old>"), .report(token))
    outbox.append(message("<new>"), .report(token))
    outbox.append(message("<other>"), .report(other))
    outbox.append(message("<end>"), .lastReport(token))
    outbox.append(message("<result>"))
    #expect(drain(&outbox) == "answer<new><end><result><other>")
  }

  @Test func aTokenThatNobodyListensToAnyMoreIsForgotten() {
    var outbox = Outbox(softLimit: 4)
    outbox.append(message("answer"))
    outbox.append(message("<report>"), .report(token))
    outbox.drop(token)
    #expect(drain(&outbox) == "answer")
    #expect(outbox.size == 0)
  }

  @Test func aReaderThatNeverCatchesUpDoesNotMakeUsKeepEverything() {
    var outbox = Outbox()
    let piece = [UInt8](repeating: 0, count: 99_999)
    for _ in 0..<10 { outbox.append(piece) }
    for _ in 0..<1_000 {
      outbox.append(piece)
      _ = outbox.write { min(piece.count + 1, $0.count) }
      #expect(outbox.size == 1_000_000)
      #expect(outbox.room < 8_000_000)
    }
  }
}
