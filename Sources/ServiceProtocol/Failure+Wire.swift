import JSON
package import JSONRPC
import Outside
package import Reporting

extension Failure {
  /// The failure as the error of a response.
  package var errorObject: ErrorObject {
    var data: JSONObject = ["kind": .string(kind.rawValue), "retryable": .bool(retryable)]
    data["hint"] = hint.map { .string($0) }
    if !resources.isEmpty { data["resources"] = Self.object(resources) }
    if !details.isEmpty { data["details"] = Self.object(details) }
    return ErrorObject(kind.code, message, data: .object(data))
  }

  private static func object(_ table: [String: String]) -> JSONValue {
    .object(JSONObject(table.sorted { $0.key.bytes < $1.key.bytes }.map { (key: $0.key, value: .string($0.value)) }))
  }
}

extension Failure.Kind {
  /// The code of each kind: stable, and outside the ranges that JSON-RPC and its relatives reserve.
  package var code: ErrorCode { ErrorCode(rawValue: Self.codes[self] ?? 1000) }

  private static let codes: [Failure.Kind: Int] = [
    .environmentIncomplete: 1001, .configurationInvalid: 1002, .storeFailure: 1003, .busy: 1004, .conflict: 1005,
    .timeout: 1006, .notFound: 1007, .unauthorized: 1101, .forbidden: 1102, .rateLimited: 1103, .apiRetired: 1104,
    .apiFailure: 1105, .networkFailure: 1106, .ambiguousOutcome: 1107, .noCapacity: 1201, .insufficientBalance: 1202,
    .sshUnreachable: 1301, .sshAuthentication: 1302, .hostKeyChanged: 1303, .runnerInstallFailed: 1401,
    .checksumMismatch: 1402,
  ]
}
