import JSON

/// What there is to say about any command to run.
package protocol CommandParams: Codable, Sendable {
  var command: SSHExec.Command { get }
  var stdin: String { get }
  var env: [String: String] { get }
  var cwd: String? { get }
  var pty: Bool { get }
  var timeoutSeconds: Double? { get }
  var stream: Bool { get }
  var encoding: SSHExec.Encoding { get }
  var captureLimit: Int { get }
}

extension SSHExec {
  static let commandFields: [Schema.Field] = [
    .init(
      "command",
      .either([.string, .array(.string)]),
      "Text for the login shell, or a list: a program and its arguments, passed on as they are.",
      isRequired: true
    ),
    .init("stdin", .string, "All that the command can read, in the encoding.", default: ""),
    .init("env", .map(.string), "Variables for the command.", default: [:]),
    .init("cwd", .string, "The folder it runs in; absent: the home directory, for which ~ stands as well."),
    .init("pty", .boolean, "Whether it gets a terminal, on which both its streams come out as stdout.", default: false),
    .init("timeoutSeconds", .seconds(), "After which the command and its children are ended; absent: never."),
    .init("stream", .boolean, "Whether ssh/output notifications are sent.", default: true),
    .init(
      "encoding",
      .word(Encoding.allCases.map(\.rawValue)),
      "Of stdin and of the output: base64 for binary.",
      default: "utf8"
    ),
    .init(
      "captureLimit",
      .integer(minimum: 0, maximum: 4_194_304),
      "Bytes of each stream to answer, from its end.",
      default: 262_144
    ),
  ]
}
