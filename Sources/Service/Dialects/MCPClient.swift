import JSON

/// What is known of the client that a request comes from: with a handshake once, without one in each request.
struct MCPClient: Sendable {
  /// Where a request without a handshake says what its client can do, in `_meta`.
  private static let key = "io.modelcontextprotocol/clientCapabilities"

  let revision: MCPRevision
  /// Whether it can ask its user.
  let canAsk: Bool
  /// Whether it follows tasks: <https://modelcontextprotocol.io/extensions/tasks/overview>.
  let takesTasks: Bool

  init(_ revision: MCPRevision, capabilities: JSONValue?) {
    self.revision = revision
    // An empty object stands for forms: the protocol had nothing else to declare at first.
    let asks = capabilities?["elicitation"]?.objectValue
    canAsk = revision.hasStructure && (asks.map { $0.isEmpty || $0["form"] != nil } ?? false)
    takesTasks = !revision.hasHandshake && capabilities?["extensions"]?[MCPTasks.extensionName]?.objectValue != nil
  }

  /// The client of a request without a handshake.
  init(meta: JSONValue?) { self.init(.july2026, capabilities: meta?[MCPClient.key]) }
}
