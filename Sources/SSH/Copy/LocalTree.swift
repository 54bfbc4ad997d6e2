import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import Subprocess

/// What a file or folder of ours comes to.
struct LocalTree: Sendable {
  private(set) var files = 0
  private(set) var bytes = 0

  /// Looks at everything in `path` without following links, on a thread of its own.
  ///
  /// - Parameter cleaning: For what came from elsewhere: takes away the bits that let a file run as its owner, and
  ///   refuses what is neither file, folder nor link.
  /// - Throws: `Failure` of the kind `configurationInvalid`.
  static func measure(_ path: String, cleaning: Bool = false) async throws -> LocalTree {
    try await withCheckedThrowingContinuation { continuation in
      WorkerThread.start(name: "measure") {
        var tree = LocalTree()
        continuation.resume(
          with: Result {
            try tree.visit(path, cleaning: cleaning)
            return tree
          }
        )
      }
    }
  }

  private mutating func visit(_ path: String, cleaning: Bool) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw Failure(.configurationInvalid, "\(path) cannot be read: \(SystemError("lstat").reason).")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
      for name in names ?? [] { try visit("\(path)/\(name)", cleaning: cleaning) }
    case S_IFREG:
      files += 1
      bytes += Int(status.st_size)
      if cleaning && status.st_mode & (S_ISUID | S_ISGID) != 0 { chmod(path, status.st_mode & 0o1777) }
    case S_IFLNK:
      files += 1
    default:
      if cleaning {
        throw Failure(.configurationInvalid, "\(path) is a device, and the pod has no business to make one here.")
      }
    }
  }
}
