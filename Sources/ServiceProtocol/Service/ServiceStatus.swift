import JSON

/// Which version is running, since when, and what it is busy with.
package enum ServiceStatus: ServiceMethod {
  package typealias Params = NoParams

  package struct Result: Codable, Sendable {
    package var version: String
    package var processId: Int
    package var dialect: String
    package var uptimeSeconds: Double
    package var requestsInFlight: Int
    package var requestsAnswered: Int

    package init(
      version: String,
      processId: Int,
      dialect: String,
      uptimeSeconds: Double,
      requestsInFlight: Int,
      requestsAnswered: Int
    ) {
      self.version = version
      self.processId = processId
      self.dialect = dialect
      self.uptimeSeconds = uptimeSeconds
      self.requestsInFlight = requestsInFlight
      self.requestsAnswered = requestsAnswered
    }
  }

  package static let name = "service/status"
  package static let summary = "Says which version is running, since when, and what it is busy with."
  package static let result = Schema.object([
    .init("version", .string, "The version of runpod-rpc.", isRequired: true),
    .init("processId", .integer(minimum: 1), "The process that answers.", isRequired: true),
    .init("dialect", .word(["script", "editor", "mcp"]), "How this client is spoken to.", isRequired: true),
    .init("uptimeSeconds", .number(minimum: 0), "How long the process has run.", isRequired: true),
    .init("requestsInFlight", .integer(minimum: 0), "Requests being worked on, this one included.", isRequired: true),
    .init("requestsAnswered", .integer(minimum: 0), "Requests answered so far.", isRequired: true),
  ])
  package static let examples = [
    Example(
      "status",
      result: [
        "version": "0.1.0", "processId": 4242, "dialect": "script", "uptimeSeconds": 1.5, "requestsInFlight": 1,
        "requestsAnswered": 0,
      ]
    )
  ]
}
