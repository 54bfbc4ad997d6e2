import Glibc
package import JSON
import Reporting

/// A file that users write: it is read, never run.
package enum JSONFile {
  /// - Parameter path: Of the file; `-` for standard input.
  /// - Throws: `Failure(.configurationInvalid)` that names the file, the line and what is wrong there.
  package static func read(_ path: String) throws -> JSONValue {
    guard let bytes = contents(path) else { throw invalid(path, String(cString: strerror(errno))) }
    do throws(JSONParseError) {
      return try JSONValue(parsing: bytes)
    } catch {
      let before = bytes.prefix(error.offset)
      let newline = UInt8(ascii: "\n")
      let line = before.count { $0 == newline } + 1
      let column = before.count - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
      throw invalid(path, "not JSON at line \(line), column \(column): \(error.message)")
    }
  }

  /// Everything to the end, of pipes as well; nil, and `errno`, when it cannot be read.
  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count > 0 { bytes += buffer[..<count] } else if errno != EINTR { return nil }
    }
  }

  private static func invalid(_ path: String, _ reason: String) -> Failure {
    let name = path == "-" ? "standard input" : path
    return Failure(.configurationInvalid, "\(name) is not valid: \(reason).", details: ["place": name])
  }
}
