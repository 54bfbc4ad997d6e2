import JSON
import Setup
import Testing

@Suite struct HostTests {
  private static let entry = ServerEntry(command: "/opt/run pod/runpod-rpc", arguments: ["mcp", "--read-only"])
  private static let withKey = ServerEntry(
    command: "/opt/runpod-rpc",
    arguments: ["mcp"],
    environment: [.init(name: "RUNPOD_API_KEY", value: "rpa_\"1\\")]
  )

  @Test(arguments: Host.allCases)
  func addingTwiceIsAddingOnceAndNoKeyIsMadeUp(host: Host) throws {
    let once = try host.adding(Self.entry, to: "")
    #expect(try host.adding(Self.entry, to: once) == once)
    #expect(once.contains("/opt/run pod/runpod-rpc") && once.contains("--read-only"))
    #expect(!once.contains("\"RUNPOD_API_KEY\":") && !once.contains("RUNPOD_API_KEY = "))
  }

  @Test(arguments: Host.allCases)
  func aKeyThatWasGivenIsWritten(host: Host) throws {
    let text = try host.adding(Self.withKey, to: "")
    #expect(text.contains("RUNPOD_API_KEY") && text.contains(#"rpa_\"1\\"#))
  }

  @Test func codexKeepsWhatTheUserHasWritten() throws {
    let before = """
      # my settings
      model = "gpt-5"
      notes = \"\"\"
      [mcp_servers.runpod]
      \"\"\"

      [mcp_servers.runpod] # ours
      command = "old"
      args = [
        "mcp", # a comment
      ]
      startup_timeout_sec = 20

      [mcp_servers.runpod.tools.pods_create]
      approval_mode = "prompt"

      # about the next one
      [mcp_servers.docs]
      command = "npx"

      """
    let after = try Host.codex.adding(Self.entry, to: before)
    #expect(
      after
        == before.replacing("command = \"old\"", with: "command = \"/opt/run pod/runpod-rpc\"")
        .replacing("args = [\n  \"mcp\", # a comment\n]", with: "args = [\"mcp\", \"--read-only\"]")
    )
    let removed = try Host.codex.removing(from: after)
    #expect(removed?.contains("[mcp_servers.runpod] # ours") == false)
    #expect(removed?.contains("approval_mode") == false)
    #expect(removed?.hasSuffix("\"\"\"\n\n# about the next one\n[mcp_servers.docs]\ncommand = \"npx\"\n") == true)
  }

  @Test(arguments: ["", "model = \"gpt-5\"\n", "[mcp_servers.docs]\ncommand = \"npx\"\n"])
  func removingFromCodexUndoesAdding(before: String) throws {
    #expect(try Host.codex.removing(from: Host.codex.adding(Self.withKey, to: before)) == before)
  }

  @Test(
    arguments: [
      "mcp_servers = { runpod = { command = \"x\" } }\n", "mcp_servers.runpod.command = \"x\"\n",
      "[mcp_servers]\nrunpod = { command = \"x\" }\n",
    ]
  )
  func anotherFormOfTheSameTableIsLeftAlone(text: String) {
    #expect(throws: SetupFault.self) { try Host.codex.adding(Self.entry, to: text) }
    #expect(throws: SetupFault.self) { try Host.codex.removing(from: text) }
  }

  @Test func emacsHasOneBlock() throws {
    let before = "(setq inhibit-startup-screen t)\n"
    let once = try Host.emacs.adding(Self.entry, to: before)
    #expect(once.hasPrefix(before + "\n;; >>> runpod-rpc"))
    #expect(try Host.emacs.adding(Self.withKey, to: once).components(of: ">>> runpod-rpc setup >>>") == 1)
    #expect(try Host.emacs.removing(from: once) == before)
  }

  @Test func theFileOfEachHost() {
    let environment = ["HOME": "/home/u", "CODEX_HOME": "/srv/codex"]
    func path(_ host: Host, _ there: Set<String> = []) -> String {
      host.path(environment: environment) { there.contains($0) }
    }
    #expect(path(.claude) == "/home/u/.claude.json")
    #expect(path(.claudeDesktop) == "/home/u/.config/Claude/claude_desktop_config.json")
    #expect(path(.codex) == "/srv/codex/config.toml")
    #expect(path(.vscode) == "/home/u/.config/Code/User/mcp.json")
    #expect(path(.emacs) == "/home/u/.emacs.d/init.el")
    #expect(path(.emacs, ["/home/u/.config/emacs"]) == "/home/u/.config/emacs/init.el")
    #expect(path(.emacs, ["/home/u/.emacs", "/home/u/.emacs.d"]) == "/home/u/.emacs")
  }

  @Test func secretsAreNotShown() {
    let before = "{\n  \"key\": \"theirs\"\n}\n"
    let after = "{\n  \"key\": \"theirs\",\n  \"env\": {\n    \"RUNPOD_API_KEY\": \"rpa_1\"\n  }\n}\n"
    let words = TextChange(from: before, to: after, masking: ["RUNPOD_API_KEY"]).words
    #expect(words == "+   \"env\": {\n+     \"RUNPOD_API_KEY\": ***\n+   }\n")
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
