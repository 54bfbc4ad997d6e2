import Concurrency
import FoundationEssentials
import Glibc

/// Writes down what goes over the wire, byte for byte but for secrets, in a file for each direction. The file of what
/// came in can be piped into a server to have the session again.
package final class Recording: Sendable {
  private struct State {
    var secrets: RecordedSecrets
    var received = Redactor()
    var sent = Redactor()
  }

  private let state: Locked<State>
  private let files: (received: Int32, sent: Int32)

  /// - Parameters:
  ///   - directory: Made if need be; the files' names are the time and our process.
  ///   - secrets: Values never to be written.
  ///   - suspects: Whether the value of a member, whose name it gets in lower case, is a secret.
  /// - Throws: `WireError` when the files cannot be made.
  package init(
    directory: String,
    secrets: [String],
    suspects: @escaping @Sendable (_ name: String, _ value: String) -> Bool = { _, _ in false }
  ) throws(WireError) {
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw WireError(errno: errno) }
    let time = Date().formatted(.iso8601.timeSeparator(.omitted).dateSeparator(.omitted))
    let stem = "\(directory)/\(time)-\(getpid())"
    files = (try Recording.create(stem + ".in"), try Recording.create(stem + ".out"))
    state = Locked(State(secrets: RecordedSecrets(secrets, suspects: suspects)))
  }

  func received(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { write($0.received.redact(bytes, &$0.secrets), to: files.received) }
  }

  func inputEnded() {
    state.withLock { write($0.received.finish(&$0.secrets), to: files.received) }
  }

  func sent(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { write($0.sent.redact(bytes, &$0.secrets), to: files.sent) }
  }

  private static func create(_ path: String) throws(WireError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw WireError(errno: errno) }
    return file
  }

  /// A disk that is full must not end the session: what does not fit is lost.
  private func write(_ bytes: [UInt8], to file: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
      }
    }
  }
}
