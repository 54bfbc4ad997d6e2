import Glibc

/// What became of the parts of a copy that did not simply arrive.
struct CopyNotes: Sendable {
  /// What changed while it was copied.
  var changed: Set<RelativePath> = []
  /// What was gone before the copy had ended.
  var missing: Set<RelativePath> = []
  var unreadable: Set<RelativePath> = []
  /// What has not come at all.
  var absent: Set<RelativePath> = []
  /// What has come of files that were cut short.
  var sizes: [RelativePath: Int] = [:]
  /// Whether the bytes went into a device or a fifo at the destination, so that nothing is to be put in place.
  var isPoured = false

  /// Whether `path` has arrived as it is.
  func isWhole(_ path: RelativePath) -> Bool {
    !changed.contains(path) && !missing.contains(path) && !unreadable.contains(path)
  }

  /// Notes that an entry cannot be opened, and why.
  ///
  /// - Parameter code: `errno`; nil when it is not known.
  mutating func note(_ code: Int32?, of path: RelativePath) {
    absent.insert(path)
    switch code {
    case ENOENT, ENOTDIR: missing.insert(path)
    // Something else has taken its place.
    case ELOOP, EINVAL: changed.insert(path)
    default: unreadable.insert(path)
    }
  }

  /// Notes that no more than `size` bytes of a file could be read.
  mutating func cut(_ path: RelativePath, to size: Int) {
    changed.insert(path)
    sizes[path] = min(size, sizes[path] ?? size)
  }

  /// Takes note of what its source says at the end: what has become another meanwhile may have come as neither the one nor
  /// the other.
  mutating func compare(_ before: [CopyEntry], with now: [RelativePath: CopyEntry]) {
    for entry in before where entry.isFile || entry.isLink {
      let path = entry.path
      guard let later = now[path] else {
        changed.remove(path)
        unreadable.remove(path)
        missing.insert(path)
        continue
      }
      guard entry.hasChanged(to: later) else { continue }
      unreadable.remove(path)
      missing.remove(path)
      changed.insert(path)
      if later.isFile, later.size < entry.size { cut(path, to: later.size) }
    }
  }

  /// The files that must not be known as whole, and the most that each may hold.
  var spoiled: [RelativePath: Int] {
    let paths = changed.union(missing).subtracting(absent)
    return Dictionary(paths.map { ($0, sizes[$0] ?? .max) }, uniquingKeysWith: min)
  }
}
