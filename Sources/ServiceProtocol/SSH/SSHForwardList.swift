import JSON
package import SSH

/// The forwarded ports.
package enum SSHForwardList: ServiceMethod {
  package typealias Params = PageParams

  package struct Result: Codable, Sendable {
    package var forwards: [PortForward]
    package var nextCursor: String?

    package init(forwards: [PortForward], nextCursor: String?) {
      self.forwards = forwards
      self.nextCursor = nextCursor
    }
  }

  package static let name = "ssh/forward/list"
  package static let summary = "Lists the ports of ssh/forward/open, oldest first, and how each is."
  package static let params: [Schema.Field] = [.limit(1000), .cursor]
  package static let result = Schema.object([
    .init("forwards", .array(.forward), "Those that are open, coming back or failed.", isRequired: true), .nextCursor,
  ])
  package static let examples = [Example("one", result: ["forwards": [.exampleForward]])]
}
