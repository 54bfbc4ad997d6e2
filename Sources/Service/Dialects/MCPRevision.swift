import JSON
import JSONRPC

/// The revisions of the Model Context Protocol that are spoken: <https://modelcontextprotocol.io/specification>.
enum MCPRevision: String, Sendable, CaseIterable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  /// Without a handshake: every request brings the revision.
  case july2026 = "2026-07-28"

  static let newestWithHandshake = Self.november2025
  /// Where a request names its revision, in `_meta`.
  static let key = "io.modelcontextprotocol/protocolVersion"

  var hasHandshake: Bool { self != .july2026 }
  /// Only one revision has had batches.
  var takesBatches: Bool { self == .march2025 }
  /// Whether progress has words.
  var hasProgressMessages: Bool { self != .november2024 }
  /// Whether results have a structure, and the server may ask the user.
  var hasStructure: Bool { self != .november2024 && self != .march2025 }

  /// What of a tool the revision knows.
  func known(_ tool: JSONObject) -> JSONObject {
    var tool = tool
    if !hasStructure { tool["outputSchema"] = nil }
    if self == .november2024 { tool["annotations"] = nil }
    return tool
  }

  /// The answer to a client that wants another one.
  static func unsupported(_ requested: String) -> ErrorObject {
    ErrorObject(
      ErrorCode(rawValue: -32022),
      "The protocol version \(requested) is not supported.",
      data: ["supported": .array(allCases.reversed().map { .string($0.rawValue) }), "requested": .string(requested)]
    )
  }
}
