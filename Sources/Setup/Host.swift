import JSON

/// A program that can start this service, and its own configuration file.
package enum Host: String, Sendable, CaseIterable {
  case claude
  case claudeDesktop = "claude-desktop"
  case cursor, vscode, windsurf, codex, gemini, zed, neovim, emacs

  /// The file, by the documentation of each host.
  ///
  /// - Parameters:
  ///   - environment: Of the user.
  ///   - exists: Whether there is a file or a directory.
  package func path(environment: [String: String], exists: (String) -> Bool) -> String {
    let home = environment["HOME"] ?? ""
    func directory(_ variable: String, _ standard: String) -> String {
      environment[variable].flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil } ?? "\(home)/\(standard)"
    }
    let configuration = directory("XDG_CONFIG_HOME", ".config")
    switch self {
    // https://code.claude.com/docs/en/mcp: servers of the user, for all projects.
    case .claude:
      return environment["CLAUDE_CONFIG_DIR"].map { "\($0)/.claude.json" } ?? "\(home)/.claude.json"
    // https://modelcontextprotocol.io/docs/develop/connect-local-servers, on Linux below the XDG directory.
    case .claudeDesktop: return "\(configuration)/Claude/claude_desktop_config.json"
    // https://cursor.com/docs/context/mcp
    case .cursor: return "\(home)/.cursor/mcp.json"
    // https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
    case .vscode: return "\(configuration)/Code/User/mcp.json"
    // https://docs.windsurf.com/windsurf/cascade/mcp
    case .windsurf: return "\(home)/.codeium/windsurf/mcp_config.json"
    // https://developers.openai.com/codex/mcp
    case .codex: return directory("CODEX_HOME", ".codex") + "/config.toml"
    // https://geminicli.com/docs/tools/mcp-server
    case .gemini: return "\(home)/.gemini/settings.json"
    // https://zed.dev/docs/ai/mcp
    case .zed: return "\(configuration)/zed/settings.json"
    // :help plugin: every file there is run at the start, whatever the user's own init file is.
    case .neovim: return "\(configuration)/nvim/plugin/runpod.lua"
    // (info "(emacs) Find Init"): the first that there is.
    case .emacs:
      let old = ["\(home)/.emacs.el", "\(home)/.emacs"].first(where: exists)
      if let old { return old }
      let isNew = !exists("\(home)/.emacs.d") && exists("\(configuration)/emacs")
      return isNew ? "\(configuration)/emacs/init.el" : "\(home)/.emacs.d/init.el"
    }
  }

  /// The text of the file with the service in it.
  ///
  /// - Parameter text: What is there; empty when there is no file.
  /// - Throws: `SetupFault` for a file that cannot be understood.
  package func adding(_ entry: ServerEntry, to text: String) throws(SetupFault) -> String {
    switch self {
    case .codex:
      var table = TOMLText(text)
      try table.set(entry)
      return table.text
    case .neovim:
      guard EditorSnippet.isNeovims(text) else { throw Host.foreign }
      return EditorSnippet.neovim(entry)
    case .emacs: return EditorSnippet.adding(EditorSnippet.emacs(entry), to: text)
    default:
      var file = try CommentedJSON(text)
      let path = [member, ServerEntry.name]
      if file.value(at: path) == nil {
        try file.set(path, .object(object(entry)))
      } else {
        // Members that the user has added stay.
        for (name, value) in object(entry) where name != "env" { try file.set(path + [name], value) }
        for variable in entry.environment { try file.set(path + ["env", variable.name], .string(variable.value)) }
      }
      return file.text
    }
  }

  /// The text of the file without the service; nil when the file is to go.
  package func removing(from text: String) throws(SetupFault) -> String? {
    switch self {
    case .codex:
      var table = TOMLText(text)
      try table.remove()
      return table.text
    case .neovim:
      guard EditorSnippet.isNeovims(text) else { throw Host.foreign }
      return nil
    case .emacs: return EditorSnippet.removing(from: text)
    default:
      var file = try CommentedJSON(text)
      try file.remove([member, ServerEntry.name])
      return file.text
    }
  }

  private static let foreign = SetupFault("it was not written by runpod-rpc setup")

  /// The member of a JSON file that lists the servers.
  private var member: String {
    switch self {
    case .vscode: "servers"
    case .zed: "context_servers"
    default: "mcpServers"
    }
  }

  private func object(_ entry: ServerEntry) -> JSONObject {
    var object: JSONObject = [:]
    switch self {
    case .claude, .vscode: object["type"] = "stdio"
    case .zed: object["source"] = "custom"
    default: break
    }
    object["command"] = .string(entry.command)
    object["args"] = .array(entry.arguments.map { .string($0) })
    if !entry.environment.isEmpty {
      object["env"] = .object(JSONObject(entry.environment.map { (key: $0.name, value: .string($0.value)) }))
    }
    return object
  }
}
