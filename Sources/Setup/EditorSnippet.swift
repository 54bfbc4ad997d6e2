/// What editors are told, in their own languages.
enum EditorSnippet {
  private static let begin = ";; >>> runpod-rpc setup >>>"
  private static let end = ";; <<< runpod-rpc setup <<<"

  private static let neovimMark = "-- Written by `runpod-rpc setup neovim`;"

  /// Whether a plugin file is ours to replace or to remove.
  static func isNeovims(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0.isSpace || $0.isBreak } || text.utf8.starts(with: neovimMark.utf8)
  }

  /// A file of its own: `:Runpod METHOD {JSON}` calls any method. The service is started at the first call.
  static func neovim(_ entry: ServerEntry) -> String {
    let command = ([entry.command] + entry.arguments).map(quoted).joined(separator: ", ")
    let variables = entry.environment.map { "[\(quoted($0.name))] = \(quoted($0.value))" }.joined(separator: ", ")
    return """
      \(neovimMark) `runpod-rpc setup neovim --remove` removes it.
      local client

      local function with_client(use)
        if client and not client.is_stopped() then return use(client) end
        local start = vim.lsp.start_client or vim.lsp.start
        start({
          name = "runpod",
          cmd = { \(command) },
          cmd_env = { \(variables) },
          on_init = function(started)
            client = started
            use(started)
          end,
        })
      end

      local function show(error, result)
        vim.schedule(function() print(error and error.message or vim.inspect(result)) end)
      end

      vim.api.nvim_create_user_command("Runpod", function(call)
        local method, text = call.args:match("^(%S+)%s*(.*)$")
        local params = text ~= "" and vim.fn.json_decode(text) or vim.empty_dict()
        with_client(function(started)
          started.rpc.request("workspace/executeCommand", { command = method, arguments = { params } }, show)
        end)
      end, { nargs = "+", desc = "Call a method of runpod-rpc: :Runpod pods/list {\\"limit\\": 5}" })

      """
  }

  /// For eglot, in files that are called something.runpod: `(runpod "pods/list" :limit 5)`.
  static func emacs(_ entry: ServerEntry) -> String {
    let command = ([entry.command] + entry.arguments).map(quoted).joined(separator: " ")
    let variables = entry.environment.map { "(setenv \(quoted($0.name)) \(quoted($0.value)))\n" }.joined()
    return """
      \(begin)
      ;; Written by `runpod-rpc setup emacs`; `runpod-rpc setup emacs --remove` removes it.
      \(variables)(define-derived-mode runpod-mode text-mode "RunPod")
      (add-to-list 'auto-mode-alist '("\\\\.runpod\\\\'" . runpod-mode))
      (with-eval-after-load 'eglot
        (add-to-list 'eglot-server-programs '(runpod-mode . (\(command)))))
      (defun runpod (method &rest params)
        "Call METHOD of runpod-rpc with PARAMS, a property list."
        (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                         (list :command method :arguments (vector params)) :timeout 900))
      \(end)
      """
  }

  /// A file with the block in it, in the place of an earlier one.
  static func adding(_ block: String, to text: String) -> String {
    var bytes = Array(text.utf8)
    let block = Array((block + "\n").utf8)
    if let range = range(in: bytes) {
      bytes.replaceSubrange(range, with: block)
    } else {
      if let last = bytes.last { bytes += last == newline ? [newline] : [newline, newline] }
      bytes += block
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func removing(from text: String) -> String {
    var bytes = Array(text.utf8)
    guard var range = range(in: bytes) else { return text }
    // With the empty line before it.
    if bytes[..<range.lowerBound].suffix(2) == [newline, newline] { range = range.lowerBound - 1..<range.upperBound }
    bytes.removeSubrange(range)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let newline = UInt8(ascii: "\n")

  /// From the first mark to the end of the line of the last one.
  private static func range(in bytes: [UInt8]) -> Range<Int>? {
    guard let start = bytes.firstRange(of: Array(begin.utf8))?.lowerBound,
      let last = bytes[start...].firstRange(of: Array(end.utf8))
    else { return nil }
    let isFollowed = last.upperBound < bytes.count && bytes[last.upperBound] == newline
    return start..<last.upperBound + (isFollowed ? 1 : 0)
  }

  /// Both languages read this as the text.
  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      if byte == UInt8(ascii: "\n") { bytes += Array("\\n".utf8) } else { bytes.append(byte) }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}
