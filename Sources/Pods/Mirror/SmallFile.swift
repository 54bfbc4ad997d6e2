import Glibc

/// Whole files, read and replaced at once. Blocks: for threads of our own only.
package enum SmallFile {
  package struct Unusable: Error { package let code: Int32 }

  /// - Returns: nil when there is no such file.
  package static func read(_ path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 && errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw Unusable(code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Unusable(code: errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// Replaces the file in one step: readers see the old contents or the new ones, also when we are killed in between.
  package static func replace(_ path: String, with bytes: [UInt8]) throws {
    let target = resolved(path)
    var attributes = stat()
    let mode = stat(target, &attributes) == 0 ? attributes.st_mode & 0o777 : 0o600
    let temporary = "\(target).\(getpid()).\(UInt32.random(in: .min ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Unusable(code: errno) }
    do {
      defer { close(descriptor) }
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw Unusable(code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Unusable(code: errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// The file behind a symbolic link, so that the link stays one.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
