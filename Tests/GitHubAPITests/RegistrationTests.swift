import FoundationEssentials
import HTTP
import JSON
import Reporting
import ScriptedHTTP
import Testing

@testable import GitHubAPI

@Suite struct RegistrationTests {
  private static func answer(_ files: String) -> String {
    let blob = Data(files.utf8).base64EncodedString()
    return """
      {"runner":{"id":9,"name":"r1","os":"unknown","status":"offline","busy":false,"labels":[]},"encoded_jit_config":"\(blob)"}
      """
  }

  @Test func gitHubRegistersARunnerAndGivesItsFiles() async throws {
    let scripted = try Scripted(
      ScriptedTransport(status: 201, Self.answer(#"{".runner":"e30=",".credentials_rsaparams":"c2VjcmV0"}"#)),
      repoUrl: "https://github.com/octo"
    )
    let labels = ["self-hosted", "Linux", "X64"]
    let made = try await scripted.client.jitRegistration(name: "r1", groupId: 3, labels: labels, in: scripted.scope)
    #expect(made.runner.id == 9)
    #expect(made.files.mapValues(\.exposed) == [".runner": "e30=", ".credentials_rsaparams": "c2VjcmV0"])
    #expect(!"\(made)".contains("c2VjcmV0"))
    let request = try #require(scripted.transport.requests.first)
    #expect(request.url == "https://api.github.com/orgs/octo/actions/runners/generate-jitconfig")
    #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
    let body = try JSONValue(parsing: request.body ?? [])
    #expect(
      body == [
        "name": "r1", "runner_group_id": 3, "labels": ["self-hosted", "Linux", "X64"], "work_folder": "_work",
      ]
    )
  }

  @Test(arguments: [
    "[]", "{}", #"{".credentials":"e30="}"#, #"{".runner":"e30=","../../etc/passwd":"e30="}"#,
    #"{".runner":"not base64!"}"#, #"{".runner":1}"#,
  ])
  func filesThatAreNoneAreRefused(files: String) async throws {
    let scripted = try Scripted(Self.answer(files))
    let failure = try await scripted.failure {
      _ = try await $0.jitRegistration(name: "r1", groupId: 1, labels: [], in: scripted.scope)
    }
    #expect(failure.kind == .apiFailure)
  }

  @Test func aGroupIsFoundByItsName() async throws {
    let groups = #"{"total_count":2,"runner_groups":[{"id":1,"name":"Default"},{"id":5,"name":"GPUs"}]}"#
    let scripted = try Scripted(ScriptedTransport(groups), repoUrl: "https://github.com/octo")
    #expect(try await scripted.client.runnerGroupId(named: "gpus", in: scripted.scope) == 5)
    #expect(
      scripted.transport.requests.map(\.url) == [
        "https://api.github.com/orgs/octo/actions/runner-groups?per_page=100&page=1"
      ]
    )
    let unknown = try await scripted.failure { _ = try await $0.runnerGroupId(named: "x", in: scripted.scope) }
    #expect(unknown.kind == .configurationInvalid && unknown.hint == "It has: Default, GPUs.")
  }

  @Test func theEarlierEndOfAVersionCounts() async throws {
    let scripted = try Scripted(
      """
      {"runner_version":"2.330.0","runtime_deprecates_at":"2026-11-01T00:00:00Z",
      "registration_deprecates_at":"2026-10-01T00:00:00Z"}
      """
    )
    let end = try await scripted.client.deprecation(ofRunner: "2.330.0", in: scripted.scope)
    #expect(end?.formatted(.iso8601) == "2026-10-01T00:00:00Z")
    let unknown = try Scripted(status: 404, #"{"message":"Not Found"}"#)
    #expect(try await unknown.client.deprecation(ofRunner: "9.9.9", in: unknown.scope) == nil)
  }

  @Test(arguments: [
    ("https://api.github.com", "https://ghe.example/octo/repo", "https://ghe.example/api/v3"),
    ("https://api.github.com/", "https://octo.ghe.com/octo/repo", "https://api.octo.ghe.com"),
  ])
  func theTokenIsNotSentAfterARepositoryElsewhere(api: String, repo: String, right: String) async throws {
    let scripted = try Scripted(ScriptedTransport("{}"), apiURL: api, repoUrl: repo)
    let failure = try await scripted.failure { _ = try await $0.registrationToken(for: scripted.scope) }
    #expect(failure.kind == .configurationInvalid && failure.hint == "Set GITHUB_API_URL=\(right).")
    #expect(scripted.transport.requests.isEmpty)
  }
}
