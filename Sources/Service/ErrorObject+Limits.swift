import JSON
import JSONRPC

/// What is too much.
extension ErrorObject {
  static func tooManyRequests(_ limit: Int) -> ErrorObject {
    ErrorObject(
      .serverBusy,
      "\(limit) requests are being worked on; send this one again later.",
      data: ["kind": "busy", "retryable": true]
    )
  }

  static func tooLong(_ count: Int, limit: Int) -> ErrorObject {
    ErrorObject(
      .internalError,
      "The answer has \(count) bytes; \(limit) can be sent. Ask for less at a time.",
      data: ["limit": .integer(limit)]
    )
  }
}
