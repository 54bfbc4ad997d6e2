package import JSON

/// A message that nobody answers.
package struct ServiceNotification: Sendable {
  package enum Direction: String, Sendable { case clientToServer, serverToClient }

  package var name: String
  package var direction: Direction
  /// One sentence for the reference and the document.
  package var summary: String
  package var params: [Schema.Field]
  /// Params as they may come.
  package var example: JSONValue

  package init(
    _ name: String,
    _ direction: Direction,
    _ summary: String,
    params: [Schema.Field],
    example: JSONValue = [:]
  ) {
    self.name = name
    self.direction = direction
    self.summary = summary
    self.params = params
    self.example = example
  }
}
