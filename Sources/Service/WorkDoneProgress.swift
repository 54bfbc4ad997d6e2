import JSON
import JSONRPC
import Outside

/// `$/progress` as the Language Server Protocol has it: begin, reports with whole percentages, end.
struct WorkDoneProgress: ProgressForm {
  let token: RequestID
  let notification = "$/progress"
  let step = 0.0

  func begin(_ title: String) -> JSONValue? {
    value(["kind": "begin", "title": .string(title), "cancellable": true, "percentage": 0])
  }

  func report(_ message: String, percentage: Double) -> JSONValue {
    value(["kind": "report", "message": .string(message), "percentage": .integer(Int(limited: percentage))])
  }

  func end(_ message: String) -> JSONValue? { value(["kind": "end", "message": .string(message)]) }

  private func value(_ value: JSONValue) -> JSONValue { ["token": token.json, "value": value] }
}
