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
    let release = try await scripted.client.runnerRelease(architecture: "x64", for: scripted.scope)
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
    #expect(try await scripted.client.runnerRelease(architecture: architecture, for: scripted.scope).sha256 == checksum)
  }

  @Test(arguments: [("x64", "\"md5:00\""), ("x64", "null"), ("riscv", "null")])
  func withoutFileOrChecksumThereIsNoRelease(architecture: String, digest: String) async throws {
    let scripted = try Scripted(Self.release(digest: digest, notes: "hash: \(Self.arm64)"))
    let failure = try await scripted.failure {
      _ = try await $0.runnerRelease(architecture: architecture, for: scripted.scope)
    }
    #expect(failure.kind == .apiFailure)
  }

  @Test func manyAskGitHubOnce() async throws {
    let scripted = try Scripted(Self.release(digest: "\"sha256:\(Self.x64)\"", notes: Self.notes))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask {
          _ = try await scripted.client.runnerRelease(
            architecture: number % 2 == 0 ? "x64" : "arm64",
            for: scripted.scope
          )
        }
      }
      try await group.waitForAll()
    }
    #expect(scripted.transport.requests.count == 1)
  }

  @Test func aFailureIsNotRemembered() async throws {
    let scripted = try Scripted(
      ScriptedTransport([
        .answer(status: 403, #"{"message":"Forbidden"}"#), .answer(Self.release(digest: "null", notes: Self.notes)),
      ])
    )
    #expect(
      try await scripted.failure { _ = try await $0.runnerRelease(architecture: "x64", for: scripted.scope) }.kind
        == .forbidden
    )
    #expect(try await scripted.client.runnerRelease(architecture: "x64", for: scripted.scope).version == "2.338.0")
  }

  @Test func aPinnedVersionIsLookedUpByItsTag() async throws {
    let scripted = try Scripted(Self.release(digest: "\"sha256:\(Self.x64)\""))
    let release = try await scripted.client.runnerRelease("2.338.0", architecture: "x64", for: scripted.scope)
    #expect(release.version == "2.338.0")
    #expect(scripted.transport.requests.map(\.url).first?.hasSuffix("/releases/tags/v2.338.0") == true)
  }

  // MARK: Enterprise servers

  private static let downloads = """
    [{"os":"osx","architecture":"x64","download_url":"https://ghe/osx","filename":"actions-runner-osx-x64-2.330.0.tar.gz"},
    {"os":"linux","architecture":"x64","download_url":"https://ghe/x64","filename":"actions-runner-linux-x64-2.330.0.tar.gz",
    "sha256_checksum":"\(x64)"},
    {"os":"linux","architecture":"arm64","download_url":"https://ghe/a","filename":"actions-runner-linux-arm64-2.330.0.tar.gz"}]
    """

  @Test func anEnterpriseServerSaysWhichRunnerItTakes() async throws {
    let scripted = try Scripted(
      ScriptedTransport(Self.downloads),
      apiURL: "https://ghe.example/api/v3",
      repoUrl: "https://ghe.example/octo/repo"
    )
    let release = try await scripted.client.runnerRelease(architecture: "x64", for: scripted.scope)
    #expect(release.version == "2.330.0" && release.sha256 == Self.x64 && release.url == "https://ghe/x64")
    #expect(
      scripted.transport.requests.map(\.url) == [
        "https://ghe.example/api/v3/repos/octo/repo/actions/runners/downloads"
      ]
    )
    let unsaid = try await scripted.failure {
      _ = try await $0.runnerRelease(architecture: "arm64", for: scripted.scope)
    }
    #expect(unsaid.kind == .apiFailure && unsaid.message.contains("checksum"))
  }

  @Test func theTokenOfAnEnterpriseServerNeverGoesToGitHub() async throws {
    let scripted = try Scripted(
      ScriptedTransport(Self.release(digest: "\"sha256:\(Self.x64)\"")),
      apiURL: "https://ghe.example/api/v3",
      repoUrl: "https://ghe.example/octo/repo"
    )
    _ = try await scripted.client.runnerRelease("2.338.0", architecture: "x64", for: scripted.scope)
    let request = try #require(scripted.transport.requests.first)
    #expect(request.url.hasPrefix("https://api.github.com/repos/actions/runner/releases/"))
    #expect(!request.headers.contains { $0.name == "Authorization" })
  }
}
