import Reporting
import Testing

@testable import GitHubAPI

@Suite struct RunnerScopeTests {
  @Test(arguments: [
    ("https://github.com/octo/repo", "https://github.com/octo/repo", "/repos/octo/repo", "octo/repo"),
    ("https://github.com/octo/repo.git/", "https://github.com/octo/repo", "/repos/octo/repo", "octo/repo"),
    ("https://github.com/octo", "https://github.com/octo", "/orgs/octo", "octo"),
    ("https://github.com/orgs/octo", "https://github.com/octo", "/orgs/octo", "octo"),
    ("https://github.com/enterprises/big", "https://github.com/enterprises/big", "/enterprises/big", "enterprises/big"),
    ("https://ghe.example:8443/o/r.x", "https://ghe.example:8443/o/r.x", "/repos/o/r.x", "o/r.x"),
  ])
  func aURLNamesWhatToRegisterFor(url: String, web: String, api: String, shown: String) throws {
    let scope = try RunnerScope(repoUrl: url)
    #expect(scope.webURL == web)
    #expect(scope.apiPath == api)
    #expect(scope.displayName == shown)
  }

  @Test(arguments: [
    "", "octo/repo", "git@github.com:octo/repo.git", "https://", "https://github.com", "https://github.com/a/b/c",
    "https://github.com/a/../b", "https://github.com/a/b?x=1", "https://github.com/a/b c", "https://github.com//b",
    "https://token@github.com/a/b",
  ])
  func anythingElseIsRefused(url: String) throws {
    let failure = try #require(#expect(throws: Failure.self) { try RunnerScope(repoUrl: url) })
    #expect(failure.kind == .configurationInvalid)
    #expect(!failure.message.contains("token@"))
  }
}
