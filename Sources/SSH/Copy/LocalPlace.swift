import Glibc
import Reporting
import Subprocess

/// The place on this machine where a copy is to be: a name in a folder.
struct LocalPlace: Sendable {
  /// How long a fifo may be without a reader.
  private static let patience = Duration.seconds(10)

  let folder: Folder
  let name: [UInt8]
  /// Which kind of special file is there, as `stat` tells it; nil: none.
  private let special: UInt32?

  /// - Parameters:
  ///   - path: As the user has written it. A folder, and what ends with a slash, is what the copy is put into; a link to
  ///     something else is followed.
  ///   - name: What the copy is called in a folder.
  /// - Throws: `SystemError`.
  init(_ path: [UInt8], name: [UInt8]) throws {
    let path = LocalPath.expanded(path)
    if path.last == UInt8(ascii: "/") { try LocalPath.makeFolders(path) }
    if LocalPath.isFolder(path) {
      folder = try Folder.open(path)
      self.name = name
    } else {
      (folder, self.name) = try Self.follow(path)
    }
    let kind = try folder.status(self.name).map { $0.st_mode & S_IFMT }
    special = kind.flatMap { [S_IFREG, S_IFDIR, S_IFLNK].contains($0) ? nil : $0 }
  }

  /// Whether a device, a fifo or a socket is there.
  var isSpecial: Bool { special != nil }

  /// Opens the device or the fifo that is there. A fifo has to have a reader within ten seconds.
  ///
  /// - Throws: `CancellationError`, `CopyRefusal`, `SystemError`.
  func openSpecial() async throws -> PipeWriter {
    let end = ContinuousClock.now + Self.patience
    while true {
      do {
        let number = try folder.open(name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY)
        let writer = PipeWriter(Descriptor(number))
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == special else {
          throw SystemError("open", code: EEXIST)
        }
        return writer
      } catch let error as SystemError where error.code == ENXIO && special == S_IFIFO {
        guard ContinuousClock.now < end else { throw CopyRefusal.writing(text, "nothing reads from it") }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  /// The name for people.
  var text: String { String(decoding: name, as: UTF8.self) }

  /// Where links lead, of which the last one may lead to what there is not.
  private static func follow(_ path: [UInt8]) throws -> (Folder, [UInt8]) {
    var path = path
    for _ in 0..<40 {
      let (folderPath, name) = LocalPath.split(path)
      try LocalPath.makeFolders(folderPath)
      let folder = try Folder.open(folderPath)
      guard let status = try folder.status(name), status.st_mode & S_IFMT == S_IFLNK else { return (folder, name) }
      let target = try folder.readLink(name)
      path = target.first == UInt8(ascii: "/") ? target : folderPath + [UInt8(ascii: "/")] + target
    }
    throw SystemError("open", code: ELOOP)
  }
}
