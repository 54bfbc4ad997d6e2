import Concurrency
import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct LogTests {
  private static let stream = """
    id: m/1
    data: {"ts":"2026-11-23T12:00:00.1Z","source":"system","line":"start container x"}

    : still here

    data: not for us

    id: m/2
    data: {"ts":"2026-11-23T12:00:01Z","source":"mars","line":"ä"}


    """

  private func lines(_ scripted: Scripted, from start: PodLogStart) async throws -> [PodLogLine] {
    let lines = Locked<[PodLogLine]>([])
    try await scripted.provider.logs(id: "abc", from: start) { line in lines.withLock { $0.append(line) } }
    return lines.withLock { $0 }
  }

  @Test func linesAreReadFromAStreamOfEvents() async throws {
    let scripted = Scripted(face: .rest, Self.stream)
    #expect(
      try await lines(scripted, from: .last(9000)) == [
        PodLogLine(time: "2026-11-23T12:00:00.1Z", source: .system, text: "start container x", mark: "m/1"),
        PodLogLine(time: "2026-11-23T12:00:01Z", source: nil, text: "ä", mark: "m/2"),
      ]
    )
    #expect(scripted.transport.requests[0].url == "https://api.runpod.io/v2/pods/abc/logs?tail=5000")
    _ = try await lines(scripted, from: .after("m/2"))
    let request = try #require(scripted.transport.requests.last)
    #expect(request.url == "https://api.runpod.io/v2/pods/abc/logs")
    #expect(request.headers.contains { $0 == ("Last-Event-ID", "m/2") })
  }

  @Test func aRefusalComesAgainOnlyWhenItMayPass() async throws {
    let busy = Scripted(ScriptedTransport([.answer(status: 503, "x"), .answer(Self.stream)]), face: .rest)
    #expect(try await lines(busy, from: .last(1)).count == 2)
    let absent = Scripted(problem: "pod not found", status: 404)
    #expect(try await absent.failure { try await $0.logs(id: "x", from: .last(1)) { _ in } }.kind == .notFound)
    #expect(absent.transport.requests.count == 1)
  }

  @Test func graphQLHasNone() async throws {
    let scripted = Scripted("{}")
    let failure = try await scripted.failure { try await $0.logs(id: "x", from: .last(1)) { _ in } }
    #expect(failure.kind == .configurationInvalid)
    #expect(scripted.transport.requests.isEmpty)
  }
}
