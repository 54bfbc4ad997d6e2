import Glibc

/// A system call that failed: its name and `errno`.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  package var call: String
  package var code: Int32

  /// - Parameter code: `errno` by default; read it before anything else runs.
  package init(_ call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// The system's words for the code: "No such file or directory".
  package var reason: String { String(cString: strerror(code)) }

  package var description: String { "\(call): \(reason)" }
}
