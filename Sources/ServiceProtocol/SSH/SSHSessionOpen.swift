import JSON
package import Reporting

/// Opens a terminal on a pod.
package enum SSHSessionOpen: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var command: String?
    package var cwd: String?
    package var env: [String: String]
    package var term: String
    package var columns: Int
    package var rows: Int
    package var encoding: SSHExec.Encoding
  }

  package struct Result: Codable, Sendable {
    package var sessionId: String

    package init(sessionId: String) { self.sessionId = sessionId }
  }

  package static let name = "ssh/session/open"
  package static let summary = """
    Opens a terminal on a pod, for editors. What it shows comes in ssh/session/output notifications (sessionId, data), \
    and once, at its end, ssh/session/exit (sessionId; exitCode and signal, or error; none of them when it was closed).
    """
  package static let params: [Schema.Field] = [
    .podId,
    .init("command", .string, "Text for the login shell; absent: a login shell."),
    .init("cwd", .string, "The folder it runs in; absent: the home directory, for which ~ stands as well."),
    .init("env", .map(.string), "Variables for it.", default: [:]),
    .init("term", .string, "The kind of terminal, as in TERM.", default: "xterm-256color"),
    .columns(default: 80),
    .rows(default: 24),
    .init(
      "encoding",
      .word(SSHExec.Encoding.allCases.map(\.rawValue)),
      "Of the data in both directions: base64 for terminals that take bytes.",
      default: "utf8"
    ),
  ]
  package static let result = Schema.object([.sessionId])
  package static let errors: [Failure.Kind] = .ssh
  package static let effect = Effect.changes
  package static let isTool = false
  package static let examples = [
    Example(
      "a login shell",
      params: ["podId": "50qynxzilsxoey", "columns": 120, "rows": 40],
      result: ["sessionId": "1"]
    )
  ]
}

extension Schema.Field {
  static let sessionId = Schema.Field("sessionId", .string, "Names the terminal.", isRequired: true)

  static func columns(default value: JSONValue? = nil) -> Schema.Field {
    .init("columns", .integer(minimum: 1, maximum: 65535), "Its width.", isRequired: value == nil, default: value)
  }

  static func rows(default value: JSONValue? = nil) -> Schema.Field {
    .init("rows", .integer(minimum: 1, maximum: 65535), "Its height.", isRequired: value == nil, default: value)
  }
}

extension ServiceNotification {
  static let sshSessionOutput = ServiceNotification(
    "ssh/session/output",
    .serverToClient,
    "A piece of what a terminal shows, as it comes.",
    params: [
      .init("sessionId", .string, "The terminal.", isRequired: true),
      .init("data", .string, "The piece, in the encoding of the session.", isRequired: true),
    ],
    example: ["sessionId": "1", "data": "root@pod:~# "]
  )

  static let sshSessionExit = ServiceNotification(
    "ssh/session/exit",
    .serverToClient,
    "A terminal has ended; nothing more comes from it.",
    params: [
      .init("sessionId", .string, "The terminal.", isRequired: true),
      .init("exitCode", .integer(), "As a shell tells it; absent when it was not told."),
      .init("signal", .string, "The signal that ended it: \"HUP\"."),
      .init("error", .openObject([]), "Why the connection was lost, when it was."),
    ],
    example: ["sessionId": "1", "exitCode": 0]
  )
}
