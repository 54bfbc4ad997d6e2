import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import Subprocess
import Values

/// A private directory for this process's control sockets. What a killed process left beside it is removed: each
/// directory is locked by its owner, and the kernel unlocks it when the owner dies.
final class RuntimeDirectory: Sendable {
  /// Room for a socket's name, and for the suffix that `ssh` adds while it makes the socket.
  private static let longestBase = 60

  let path: String
  private let lock: Int32
  private let lastSocket = Locked(0)

  /// - Parameters:
  ///   - base: Where it is to be. One that cannot be used is replaced by one in `/tmp`.
  ///   - notice: Gets a warning of that.
  /// - Throws: `Failure` of the kind `environmentIncomplete` when there is no place in `/tmp` either.
  init(base wanted: String, notice: @Sendable (String) -> Void = { _ in }) throws {
    var base = wanted
    if let fault = Self.fault(of: wanted) {
      base = "/tmp/runpod-rpc-\(geteuid())"
      if wanted != base { notice("\(wanted.visible) \(fault): SSH's control sockets are in \(base) instead") }
    }
    try Self.makePrivate(base, parents: true)
    // Nobody may sweep between our directory's making and its locking.
    let guardian = try Self.locked("\(base)/lock", operation: LOCK_EX)
    defer { close(guardian) }
    Self.sweep(base)
    path = "\(base)/\(String(getpid(), radix: 36))-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    try Self.makePrivate(path, parents: false)
    lock = try Self.locked("\(path)/lock", operation: LOCK_EX)
  }

  deinit {
    Self.remove(path)
    close(lock)
  }

  /// Why no sockets can be made in a directory; nil when they can. Makes it, if need be.
  private static func fault(of base: String) -> String? {
    if base.utf8.count > longestBase { return "is too long a path for a socket" }
    if ClientPath(rawValue: base) == nil { return "is not \(ClientPath.noun)" }
    do {
      try makePrivate(base, parents: true)
    } catch {
      return "is not a directory of ours that can be written to"
    }
    // Whoever owns the parent can put another directory in its place; in /tmp the sticky bit keeps others from it.
    var status = stat()
    let parent = URL(filePath: base).deletingLastPathComponent().path
    guard stat(parent, &status) == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
      return "is in a directory of someone else's"
    }
    if status.st_mode & 0o022 != 0, status.st_mode & S_ISVTX == 0 {
      return "is in a directory that others can write to"
    }
    return access(base, W_OK | X_OK) == 0 ? nil : "cannot be written to"
  }

  /// A path for a socket that was never used before.
  func newSocketPath() -> String {
    let number = lastSocket.withLock { last in
      last += 1
      return last
    }
    return "\(path)/\(number)"
  }

  private static func sweep(_ base: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name != "lock" {
      guard let lock = try? locked("\(base)/\(name)/lock", operation: LOCK_EX | LOCK_NB) else { continue }
      remove("\(base)/\(name)")
      close(lock)
    }
  }

  private static func locked(_ path: String, operation: Int32) throws -> Int32 {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw unusable(path) }
    guard flock(file, operation) == 0 else {
      close(file)
      throw unusable(path)
    }
    return file
  }

  private static func makePrivate(_ path: String, parents: Bool) throws {
    if parents {
      let parent = URL(filePath: path).deletingLastPathComponent().path
      try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    }
    _ = mkdir(path, 0o700)
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
      throw unusable(path)
    }
    if status.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 { throw unusable(path) }
  }

  private static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func unusable(_ path: String) -> Failure {
    Failure(
      .environmentIncomplete,
      "\(path) cannot be used for SSH's control sockets: \(SystemError("open").reason).",
      hint: "It must be a directory of ours; remove it, or set XDG_RUNTIME_DIR to one.",
      details: ["path": path]
    )
  }
}
