import Glibc
import Reporting
import Subprocess

/// Puts a file or folder that has come where it is to be, by the rules of `CopyDestination.commit`. It blocks.
struct LocalMerge {
  private enum Step {
    /// Nothing but files that it takes the place of is there.
    case move
    /// A link is there that gives way.
    case replaceLink
    /// A folder is there, or a link to one that is followed.
    case merge
  }

  private let source: LocalTree
  private let target: LocalTree
  private var steps: [(path: RelativePath, step: Step)] = []
  /// Links that are followed.
  private var followed: Set<RelativePath> = []
  private(set) var replacedLinks: [RelativePath] = []

  /// Looks what is to be done; nothing is changed yet.
  ///
  /// - Throws: `SystemError`; `Failure` when something is in the way.
  init(from source: LocalTree, to place: LocalPlace, for destination: String) throws {
    self.source = source
    target = LocalTree(in: place.folder, name: place.name)
    var moved: Set<RelativePath> = []
    var conflicts: [String] = []
    for entry in try source.list().entries {
      let path = entry.path
      if !path.isTop, moved.contains(path.parent) {
        if entry.isFolder { moved.insert(path) }
        continue
      }
      let there = try self.entry(path)
      let step: Step
      switch (entry.kind, there?.kind) {
      case (_, nil): step = .move
      case (.folder, .folder): step = .merge
      case (.folder, .link) where try isFolderInside(path):
        followed.insert(path)
        step = .merge
      case (_, .link):
        // A link in the place of another is no news.
        if !entry.isLink { replacedLinks.append(path) }
        step = .replaceLink
      case (.file, .file), (.link, .file): step = .move
      default:
        let kind =
          there?.isFolder == true ? "a folder" : there?.isFile == true ? "a file" : "a device, a fifo or a socket"
        let text = path.isTop ? place.text : path.text
        conflicts.append("\(text) is \(kind)")
        // What is in it has nowhere to go.
        if entry.isFolder { moved.insert(path) }
        continue
      }
      if case .merge = step {} else if entry.isFolder { moved.insert(path) }
      steps.append((path, step))
    }
    guard conflicts.isEmpty else {
      let rest = conflicts.count > 3 ? " and \(conflicts.count - 3) more" : ""
      throw Failure.inTheWay(destination, conflicts.prefix(3).joined(separator: ", ") + rest)
    }
  }

  /// - Throws: `SystemError`.
  func run() throws {
    for (path, step) in steps {
      if case .merge = step { continue }
      let (from, name) = try source.place(of: path)
      let (to, newName) = try place(of: path)
      if case .replaceLink = step { try to.remove(newName) }
      try from.rename(name, to: newName, in: to)
    }
  }

  /// A folder where it is to be, through the links that are followed.
  ///
  /// - Throws: `SystemError`.
  func folder(_ path: RelativePath) throws -> Folder {
    guard !followed.isEmpty else { return try target.folder(path) }
    var folder = try target.parent.folder(target.name)
    var reached = RelativePath.top
    for name in path.names {
      reached = reached.appending(name) ?? reached
      folder = try folder.folder(name, followingLinks: followed.contains(reached))
    }
    return folder
  }

  private func place(of path: RelativePath) throws -> (folder: Folder, name: [UInt8]) {
    path.isTop ? (target.parent, target.name) : (try folder(path.parent), Array(path.name))
  }

  private func entry(_ path: RelativePath) throws -> CopyEntry? {
    let (folder, name) = try place(of: path)
    return try folder.status(name).map { CopyEntry($0, path: path) }
  }

  /// Whether a link leads to a folder in the copy's own.
  private func isFolderInside(_ path: RelativePath) throws -> Bool {
    guard !path.isTop else { return false }
    let (folder, name) = try place(of: path)
    guard let inner = try? folder.folder(name, followingLinks: true) else { return false }
    let slash = [UInt8(ascii: "/")]
    return try (inner.realPath() + slash).starts(with: target.parent.folder(target.name).realPath() + slash)
  }
}
