import Glibc
import Reporting
import Subprocess

/// Paths of this machine that a user has named.
enum LocalPath {
  /// The path in full: `~` is the home directory.
  static func expanded(_ path: [UInt8]) -> [UInt8] {
    guard path.first == UInt8(ascii: "~"), path.count == 1 || path[1] == UInt8(ascii: "/") else { return path }
    return home + path.dropFirst()
  }

  /// A path's folder and the name in it; the name is empty for a path that ends with a slash.
  static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return (Array(".".utf8), path) }
    return (Array(path[...slash]), Array(path[(slash + 1)...]))
  }

  /// The path without links, and without names that lead up.
  ///
  /// - Throws: `SystemError`.
  static func real(_ path: [UInt8]) throws -> [UInt8] {
    guard let found = withCString(path, { realpath($0, nil) }) else { throw SystemError("realpath") }
    defer { free(found) }
    return UnsafeBufferPointer(start: found, count: strlen(found)).map { UInt8(bitPattern: $0) }
  }

  /// Makes a folder and those that it is in, as far as there are none.
  ///
  /// - Throws: `SystemError`.
  static func makeFolders(_ path: [UInt8]) throws {
    for end in path.indices where path[end] == UInt8(ascii: "/") || end == path.count - 1 {
      let made = withCString(path[...end]) { mkdir($0, 0o777) }
      guard made == 0 || errno == EEXIST || isFolder(path[...end]) else { throw SystemError("mkdir") }
    }
    guard isFolder(path) else { throw SystemError("mkdir", code: ENOTDIR) }
  }

  /// Whether a folder is there, links and all.
  static func isFolder(_ path: some Collection<UInt8>) -> Bool {
    var status = stat()
    return withCString(path) { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static var home: [UInt8] {
    if let home = getenv("HOME"), home.pointee != 0 { return Array(String(cString: home).utf8) }
    return getpwuid(geteuid()).map { Array(String(cString: $0.pointee.pw_dir).utf8) } ?? Array("/".utf8)
  }
}
