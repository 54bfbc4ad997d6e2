import Subprocess
import Testing

/// Swift makes one `Character` of an apostrophe and a combining mark after it, and of CR LF. A shell reads bytes. Text that
/// kept its apostrophes for that was run as commands.
@Suite struct ShellQuotingTests {
  static let texts = [
    "", "plain", "it's", "it'\u{301}s", "'\u{301};echo INJECTED;'\u{301}", "a\r\nb", "\r\n", "\r", "A=b", "~", "=ls",
    "a b*$?\\\n", "'\u{200D}'\u{FE0F}'\u{20E3}", "\u{2028}'\u{202E}'", "e\u{301}\u{E9}",
  ]

  @Test(arguments: ["dash", "bash", "zsh"], texts) func aShellGetsTheSameBytes(shell: String, text: String) async throws
  {
    let result = try await ChildProcess.run(ChildCommand(shell, ["-c", "printf %s \(shellQuoted(text))"]))
    #expect(result.standardOutput == Array(text.utf8))
    #expect(result.standardError == [])
  }

  @Test func aProgramWithAnEqualsSignIsNoAssignment() {
    #expect(shellQuoted(["A=b", "c"]) == "'A=b' c")
  }
}
