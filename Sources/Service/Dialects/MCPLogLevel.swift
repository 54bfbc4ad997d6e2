import JSON
import Outside

/// The levels of log messages, least first.
enum MCPLogLevel: Int, Comparable, CaseIterable {
  case debug, info, notice, warning, error, critical, alert, emergency

  /// Where a request without a handshake says what it wants to hear, in `_meta`.
  static let key = "io.modelcontextprotocol/logLevel"

  init?(_ name: JSONValue?) {
    guard let name = name?.stringValue, let level = Self.allCases.first(where: { "\($0)".bytes == name.bytes }) else {
      return nil
    }
    self = level
  }

  func message(_ data: JSONValue, from logger: String) -> Notification {
    Notification("notifications/message", ["level": .string("\(self)"), "logger": .string(logger), "data": data])
  }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
