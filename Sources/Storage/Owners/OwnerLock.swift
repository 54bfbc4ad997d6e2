import Glibc
import Outside
import Reporting

/// The sign that a server is alive: a lock on a file of its own, which the kernel releases when the process dies.
///
/// A workflow's row names the `id` of the lock of the server that runs it; any other server can ask whether it is held.
package final class OwnerLock: Sendable {
  /// Unique among all servers that ever used the directory.
  package let id: String
  private let path: String
  private let descriptor: Int32

  /// Takes a lock with a new id, and removes the files that dead servers left in `directory`.
  ///
  /// - Throws: `Failure(.storeFailure)` when the directory cannot be used.
  package init(directory: String) throws {
    try Directory.create(directory)
    Self.removeDead(directory)
    while true {
      let id = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = Self.path(of: id, in: directory)
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor < 0 && errno == EEXIST { continue }
      guard descriptor >= 0 else {
        throw Failure(
          .storeFailure,
          "The lock file \(path) could not be created: \(String(cString: strerror(errno))).",
          hint: "Check the permissions of its directory, or choose another state directory.",
          details: ["path": path]
        )
      }
      // Another server that cleans up may hold it, or have removed it, before it was locked: take another then.
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isLinked(descriptor) else {
        Glibc.close(descriptor)
        continue
      }
      self.id = id
      self.path = path
      self.descriptor = descriptor
      return
    }
  }

  deinit {
    unlink(path)
    Glibc.close(descriptor)
  }

  /// Whether the server that owns `id` is alive.
  package static func isHeld(_ id: String, in directory: String) -> Bool {
    let descriptor = open(path(of: id, in: directory), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func path(of id: String, in directory: String) -> String { "\(directory)/\(id).lock" }

  private static func isLinked(_ descriptor: Int32) -> Bool {
    var attributes = stat()
    return fstat(descriptor, &attributes) == 0 && attributes.st_nlink > 0
  }

  private static func removeDead(_ directory: String) {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.bytes.hasSuffix(".lock") else { continue }
      let path = "\(directory)/\(name)"
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      Glibc.close(descriptor)
    }
  }
}
