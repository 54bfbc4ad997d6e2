import JSON
package import Reporting
package import Runners

/// What a runner has said.
package enum RunnersLogs: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var name: String?
    package var workDirectory: String?
    package var source: RunnerLogSource
    package var lines: Int
    package var follow: Bool
    package var timeoutSeconds: Double
  }

  package typealias Result = RunnerLog

  /// The notification that following sends: `{requestId, podId, lines}`.
  package static let notification = "runners/log"

  package static let name = "runners/logs"
  package static let summary = """
    Shows the end of a runner's log, with secrets masked. With follow, goes on until the request is cancelled or its time \
    is up, and sends each line in a runners/log notification.
    """
  package static let toolSummary = "Shows the end of a runner's log, with secrets masked."
  package static let paramsLike: [any ServiceMethod.Type] = [RunnersStatus.self]
  package static let params: [Schema.Field] = [
    .podId, .runnerName, .workDirectory,
    .init(
      "source",
      .word(RunnerLogSource.allCases.map(\.rawValue)),
      "What it prints, or the newest diagnostic log of its listener or of a job.",
      default: "console"
    ),
    .init("lines", .integer(minimum: 0, maximum: 10_000), "How many of the last lines.", default: 100),
    .init("follow", .boolean, "Goes on with what it says from now on.", default: false),
    .init("timeoutSeconds", .seconds(minimum: 1), "How long to follow.", default: 86_400),
  ]
  package static let result = Schema.object([
    .init("lines", .array(.string), "The lines, the last 10,000 at most.", isRequired: true)
  ])
  package static let errors: [Failure.Kind] = .runner
  package static let examples = [
    Example(
      "the last lines",
      params: ["podId": "50qynxzilsxoey", "lines": 2],
      result: [
        "lines": ["Current runner version: '2.338.0'", "2026-11-24 10:00:00Z: Listening for Jobs"]
      ]
    )
  ]
}

extension ServiceNotification {
  static let runnersLog = ServiceNotification(
    RunnersLogs.notification,
    .serverToClient,
    "Lines that a runner has said, for runners/logs with follow.",
    params: [
      .init("requestId", .requestId, "The runners/logs that follows it.", isRequired: true),
      .podId,
      .init("lines", .array(.string), "The lines.", isRequired: true),
    ],
    example: ["requestId": 7, "podId": "50qynxzilsxoey", "lines": ["Listening for Jobs"]]
  )
}
