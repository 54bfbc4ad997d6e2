import JSON
package import Reporting
package import RunPodAPI

/// What a pod has said.
package enum PodsLogs: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var source: PodLogLine.Source?
    package var lines: Int
    package var follow: Bool
    package var timeoutSeconds: Double
  }

  package struct Result: Codable, Sendable {
    package var lines: [PodLogLine]

    package init(lines: [PodLogLine]) { self.lines = lines }
  }

  /// The notification that following sends: `{requestId, podId, lines}`.
  package static let notification = "pods/log"

  package static let name = "pods/logs"
  package static let summary = """
    Shows the end of a pod's log, with secrets masked: what its container prints, and what its host says of it (why an image \
    is not pulled, say). With follow, goes on until the request is cancelled or its time is up, and sends the lines in \
    pods/log notifications. By RunPod's REST API, also when RUNPOD_API is auto; with graphql it is an error.
    """
  package static let toolSummary = """
    Shows the end of a pod's log, with secrets masked: what its container prints, and what its host says of it (why an image \
    is not pulled, say). Needs RunPod's REST API: with RUNPOD_API=graphql it is an error.
    """
  package static let params: [Schema.Field] = [
    .podId,
    .init("source", .word(PodLogLine.Source.allCases.map(\.rawValue)), "Only what this one has said."),
    .init("lines", .integer(minimum: 0, maximum: 5000), "How many of the last lines.", default: 100),
    .init("follow", .boolean, "Goes on with what it says from now on.", default: false),
    .init("timeoutSeconds", .seconds(minimum: 1), "How long to follow.", default: 86_400),
  ]
  package static let result = Schema.object([
    .init("lines", .array(.podLogLine), "The lines, the last 10,000 at most.", isRequired: true)
  ])
  package static let errors: [Failure.Kind] = .runPod + [.notFound]
  package static let examples = [
    Example(
      "why a pod does not come up",
      params: ["podId": "50qynxzilsxoey", "source": "system", "lines": 1],
      result: ["lines": [.exampleLogLine]]
    )
  ]
}

extension ServiceNotification {
  static let podsLog = ServiceNotification(
    PodsLogs.notification,
    .serverToClient,
    "Lines of a pod's log, for pods/logs with follow.",
    params: [
      .init("requestId", .requestId, "The pods/logs that follows it.", isRequired: true),
      .podId,
      .init("lines", .array(.podLogLine), "The lines.", isRequired: true),
    ],
    example: ["requestId": 7, "podId": "50qynxzilsxoey", "lines": [.exampleLogLine]]
  )
}

extension Schema {
  /// A line of a pod's log.
  fileprivate static let podLogLine = Schema.object([
    .init("time", .string, "When it was said, ISO 8601, as RunPod writes it.", isRequired: true),
    .init("source", .word(PodLogLine.Source.allCases.map(\.rawValue)), "The container, or its host (system)."),
    .init("text", .string, "The line.", isRequired: true),
  ])
}

extension JSONValue {
  fileprivate static let exampleLogLine: JSONValue = [
    "time": "2026-11-23T12:00:07Z", "source": "system",
    "text": "error pulling image: manifest for runpod/pytorch:2.4 not found",
  ]
}
