/// A TCP port that can be connected to: 1 to 65535.
package struct PortNumber: CheckedValue, Codable {
  package static let noun = "a port from 1 to 65535"

  package let rawValue: Int

  package init?(rawValue: Int) {
    guard (1...65_535).contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }
}

extension PortNumber: CustomStringConvertible {
  package var description: String { String(rawValue) }
}
