import JSON
package import SSH

/// The forwarded ports.
package enum SSHForwardList: ServiceMethod {
  package typealias Params = NoParams

  package struct Result: Codable, Sendable {
    package var forwards: [PortForward]

    package init(forwards: [PortForward]) { self.forwards = forwards }
  }

  package static let name = "ssh/forward/list"
  package static let summary = "Lists the ports of ssh/forward/open, oldest first, and how each is."
  package static let result = Schema.object([
    .init("forwards", .array(.forward), "Those that are open, coming back or failed.", isRequired: true)
  ])
  package static let examples = [Example("one", result: ["forwards": [.exampleForward]])]
}
