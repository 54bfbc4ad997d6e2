import Testing

@testable import HTTP

@Suite struct EventStreamTests {
  private func events(_ text: String, pieces size: Int) -> [EventStream.Event] {
    var stream = EventStream()
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: size).flatMap { stream.take(Array(bytes[$0...].prefix(size))) }
  }

  @Test(arguments: [1, 2, 3, 5, 1000]) func eventsAreTheSameHoweverTheyAreCut(size: Int) {
    let text =
      ": hello\n\nid: 1\ndata: {\"ä\":1}\n\ndata:a\r\ndata:  b\r\n\r\nevent: x\rid\rdata\r\rretry: 3\n\ndata: cut off\n"
    #expect(
      events(text, pieces: size) == [
        .init(id: "1", data: "{\"ä\":1}"), .init(id: "1", data: "a\n b"), .init(id: "", data: ""),
      ]
    )
  }
}
