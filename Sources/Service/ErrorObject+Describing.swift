import JSON
import JSONRPC
import Reporting
import ServiceProtocol

extension ErrorObject {
  /// The one place where an error of any kind becomes the error of a response.
  init(describing error: any Error) {
    self =
      switch error {
      case let error as ErrorObject: error
      case let failure as Failure: failure.errorObject
      case let invalid as InvalidParams:
        ErrorObject(
          .invalidParams,
          (invalid.path.isEmpty ? "Expected" : "\(invalid.path): expected") + " \(invalid.expected.sentence)",
          data: ["path": .string(invalid.path), "expected": .string(invalid.expected)]
        )
      case is CancellationError: ErrorObject(.requestCancelled, "The request was cancelled.")
      case is DecodingError: ErrorObject(.invalidParams, "The params do not have the form of this method.")
      // What the error says may hold anything, a secret even; its type may not.
      default: ErrorObject(.internalError, "An unexpected fault: \(type(of: error)).")
      }
  }
}
