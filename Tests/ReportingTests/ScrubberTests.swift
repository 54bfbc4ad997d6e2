import Reporting
import Testing

@Suite struct ScrubberTests {
  private static let blob = String(repeating: "eHl6L2Ur", count: 60)

  @Test(arguments: [
    ("Authorization: Bearer abc123def456", "Authorization: Bearer ••••"),
    ("the token ghp_0123456789abcdefABCDEF was refused", "the token •••• was refused"),
    ("github_pat_11ABCDEFG0123456789_abcdefghij!", "••••!"),
    (
      #"{"token":"AABF3JGZDX3P5PMEXLND6TS6FCWO6","expires_at":"2026-11-23"}"#,
      #"{"token":"••••","expires_at":"2026-11-23"}"#
    ),
    ("--token AABF3JGZDX3P5PMEXLND6TS6FCWO6 --name r1", "--token •••• --name r1"),
    ("RUNPOD_API_KEY=rpa_ABCDEFGHIJKLMNOPQRSTUV", "RUNPOD_API_KEY=••••"),
    ("jitconfig \(blob)==", "jitconfig ••••=="),
    ("x\(blob)", "••••"),
  ])
  func whatLooksLikeASecretIsMasked(text: String, clean: String) {
    #expect(Scrubber()(text) == clean)
  }

  @Test(arguments: [
    "2026-11-24 10:00:00Z: Listening for Jobs", "Current runner version: '2.338.0'",
    "the archive's SHA-256 is af4b794c1bc41d73d40535e3fe092a39f9679cd8d965954c2aca25a05ca41d32",
    "https://github.com/actions/runner/releases/download/v2.338.0/actions-runner-linux-x64-2.338.0.tar.gz",
    "/opt/actions-runner/_work/a-very-long-name-of-a-repository/a-very-long-name-of-a-repository/Sources/A1/B2",
    "the token is wrong, expired or for another place", "Registration tokens last one hour", "",
  ])
  func whatPeopleNeedToReadStays(text: String) {
    #expect(Scrubber()(text) == text)
  }

  @Test func whatIsKnownIsMaskedHoweverItLooks() {
    #expect(Scrubber([Secret("hush"), Secret("")])("say hush, hush") == "say ••••, ••••")
  }
}
