import FoundationEssentials
import JSON
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

@Suite struct StateFileMirrorTests {
  @Test func theFileFollowsTheBooksInItsOwnWords() async throws {
    try await withFile(nil) { path, world in
      let id = try await world.created()
      #expect(try pods(path) == [[id, "PENDING", "2027-01-15T08:00:00Z", "2027-01-15T08:00:00Z"]])
      _ = try await world.manager.wait(id, timeout: .seconds(600), progress: .silent)
      #expect(try pods(path).first?[1] == "RUNNING")
      _ = try await world.manager.stop(id)
      #expect(try pods(path).first?[1] == "STOPPED")
      world.clock.advance(60)
      _ = try await world.manager.terminate(id)
      let last = try #require(try pods(path).first)
      #expect(last[1] == "TERMINATED")
      #expect(last[2] == "2027-01-15T08:00:00Z")
      #expect(last[3] > last[2])
    }
  }

  @Test func podsOfTheFileAreEnteredOnce() async throws {
    let text = """
      {"pods": [
        {"id": "old1", "status": "RUNNING", "created": "2026-11-23T12:00:00Z", "last_updated": "2026-11-23T12:30:00Z"},
        {"id": "old2", "status": "TERMINATED", "created": "2026-11-23T12:00:00Z", "last_updated": "x", "note": "mine"}
      ], "version": 1}
      """
    try await withFile(text) { path, world in
      let other = try await world.account.createByHand()
      let page = try await world.manager.list(status: nil, limit: 10, cursor: nil)
      #expect(page.pods.map(\.id) == ["old2", "old1"])
      // It is not in the account any more.
      #expect(page.pods.map(\.status) == [.terminated, .lost])
      let created = try Date.ISO8601FormatStyle().parse("2026-11-23T12:00:00Z")
      #expect(page.pods.last?.created == created)
      _ = try await world.manager.get(other.id)
      let value = try JSONValue(parsing: contents(path))
      #expect(value["version"] == .integer(1))
      #expect(value["pods"]?.arrayValue?.count == 3)
      #expect(value["pods"]?.arrayValue?[1]["note"] == .string("mine"))
      #expect(try await world.rows().count == 3)
    }
  }

  @Test(arguments: ["{\"pods\": [", "[1, 2]", "{\"pods\": {}}", "{\"pods\": [{\"status\": \"RUNNING\"}]}"])
  func anUnreadableFileIsNamedAndLeftAlone(text: String) async throws {
    try await withFile(text) { path, world in
      let failure = await #expect(throws: Failure.self) { try await world.create() }
      #expect(failure?.kind == .storeFailure)
      #expect(failure?.message.contains(path) == true)
      let left = try contents(path)
      #expect(left == text)
      #expect(await world.account.pods.isEmpty)
    }
  }

  @Test func podsCanBeEndedWhateverBecameOfTheFile() async throws {
    try await withFile(nil) { path, world in
      let id = try await world.created()
      try Data("broken".utf8).write(to: URL(filePath: path))
      #expect(try await world.manager.terminate(id).status == .terminated)
      let left = try contents(path)
      #expect(left == "broken")
      let failure = await #expect(throws: Failure.self) { try await world.create() }
      #expect(failure?.kind == .storeFailure)
    }
  }

  private func withFile(_ text: String?, _ body: (String, World) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.path + "/pods-" + UUID().uuidString + ".json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    if let text { try Data(text.utf8).write(to: URL(filePath: path)) }
    try await body(path, World(mirror: StateFileMirror(path: path)))
  }

  private func contents(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private func pods(_ path: String) throws -> [[String]] {
    let value = try JSONValue(parsing: contents(path))
    return (value["pods"]?.arrayValue ?? []).map { pod in
      ["id", "status", "created", "last_updated"].map { pod[$0]?.stringValue ?? "" }
    }
  }
}
