import HTTP
import Reporting
import ScriptedHTTP
import Testing

@testable import GitHubAPI

@Suite struct RunnerReleaseTests {
  private static let x64 = String(repeating: "a1", count: 32)
  private static let arm64 = String(repeating: "b2", count: 32)

  private static func release(digest: String, notes: String = "") -> String {
    let assets = ["win-x64-2.338.0.zip", "linux-arm64-2.338.0.tar.gz", "linux-x64-2.338.0.tar.gz"].map { file in
      let ours = file.hasPrefix("linux-x64") ? digest : "null"
      return """
        {"name":"actions-runner-\(file)","digest":\(ours),"browser_download_url":"https://host/v2.338.0/\(file)"}
        """
    }
    return #"{"tag_name":"v2.338.0","body":"\#(notes)","assets":[\#(assets.joined(separator: ","))]}"#
  }

  private static let notes = """
    SHA-256 Checksums\\n- win <!-- BEGIN SHA win-x64 -->\(String(repeating: "0", count: 64))<!-- END SHA win-x64 -->\\n\
    - <!-- BEGIN SHA linux-arm64 -->\(arm64)<!-- END SHA linux-arm64 -->\\n\
    - <!-- BEGIN SHA linux-x64 --> \(x64.uppercased()) <!-- END SHA linux-x64 -->
    """

  @Test func theDigestOfTheFileItselfCounts() async throws {
    let transport = ScriptedTransport(Self.release(digest: "\"sha256:\(Self.x64)\""))
    let scripted = try Scripted(transport, token: nil)
    let release = try await scripted.client.latestRunner(architecture: "x64")
    #expect(
      release
        == RunnerRelease(
          version: "2.338.0",
          fileName: "actions-runner-linux-x64-2.338.0.tar.gz",
          url: "https://host/v2.338.0/linux-x64-2.338.0.tar.gz",
          sha256: Self.x64
        )
    )
    #expect(transport.requests.first?.headers.contains { $0.name == "Authorization" } == false)
  }

  @Test(arguments: [("x64", x64), ("arm64", arm64)])
  func elseTheNotesAreReadByPlatform(architecture: String, checksum: String) async throws {
    let scripted = try Scripted(Self.release(digest: "null", notes: Self.notes))
    #expect(try await scripted.client.latestRunner(architecture: architecture).sha256 == checksum)
  }

  @Test(arguments: [("x64", "\"md5:00\""), ("x64", "null"), ("riscv", "null")])
  func withoutFileOrChecksumThereIsNoRelease(architecture: String, digest: String) async throws {
    let scripted = try Scripted(Self.release(digest: digest, notes: "hash: \(Self.arm64)"))
    let failure = try await scripted.failure { _ = try await $0.latestRunner(architecture: architecture) }
    #expect(failure.kind == .apiFailure)
  }

  @Test func manyAskGitHubOnce() async throws {
    let scripted = try Scripted(Self.release(digest: "\"sha256:\(Self.x64)\"", notes: Self.notes))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask { _ = try await scripted.client.latestRunner(architecture: number % 2 == 0 ? "x64" : "arm64") }
      }
      try await group.waitForAll()
    }
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func aFailureIsNotRemembered() async throws {
    let scripted = try Scripted(
      ScriptedTransport([
        .answer(status: 403, #"{"message":"rate limit"}"#), .answer(Self.release(digest: "null", notes: Self.notes)),
      ])
    )
    #expect(try await scripted.failure { _ = try await $0.latestRunner(architecture: "x64") }.kind == .rateLimited)
    #expect(try await scripted.client.latestRunner(architecture: "x64").version == "2.338.0")
  }
}
