/// A file or folder to copy to or from a pod. Modes and times are kept.
package struct CopyRequest: Codable, Sendable, Hashable {
  package enum Direction: String, Codable, Sendable, Hashable {
    case upload, download
  }

  package var direction: Direction
  /// What is copied; on the pod relative to the home directory.
  package var source: String
  /// What it becomes; in it, when this is a folder or ends with a slash.
  package var destination: String
  /// Whether it goes on where an earlier copy of the same broke off, sends no file that is there with the same size, time
  /// and mode, and keeps what has come when it breaks off itself.
  package var resumes: Bool

  package init(direction: Direction, source: String, destination: String, resumes: Bool = false) {
    self.direction = direction
    self.source = source
    self.destination = destination
    self.resumes = resumes
  }
}

/// What was copied.
package struct CopyResult: Codable, Sendable, Hashable {
  package var files: Int
  package var bytes: Int

  package init(files: Int, bytes: Int) {
    self.files = files
    self.bytes = bytes
  }
}
