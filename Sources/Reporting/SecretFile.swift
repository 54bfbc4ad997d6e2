import FoundationEssentials
import Glibc

/// A small file that a user names because its text must be in no message, log or recording.
package enum SecretFile {
  /// - Parameters:
  ///   - path: The file; symbolic links are followed.
  ///   - param: The parameter that named it, for errors.
  ///   - most: The bytes that it may have.
  /// - Throws: `Failure(.configurationInvalid)` for what is no file, cannot be read, is larger, empty or not UTF-8. None of its
  ///   text is in the failure.
  package static func read(_ path: String, param: String, most: Int = 65_536) throws -> String {
    func refused(_ reason: String) -> Failure {
      Failure(.configurationInvalid, "Invalid value for \(param): \"\(path)\" \(reason).")
    }
    var attributes = stat()
    guard stat(path, &attributes) == 0 else { throw refused("cannot be read: \(String(cString: strerror(errno)))") }
    guard attributes.st_mode & S_IFMT == S_IFREG else { throw refused("is not a file") }
    guard attributes.st_size <= most else { throw refused("is larger than \(most) bytes") }
    guard let bytes = FileManager.default.contents(atPath: path) else { throw refused("cannot be read") }
    guard bytes.count <= most else { throw refused("is larger than \(most) bytes") }
    guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
      throw refused("holds no text in UTF-8")
    }
    return text
  }
}
