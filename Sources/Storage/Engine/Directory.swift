import Glibc
import Outside
import Reporting

/// Directories of ours, which other users of the machine have no business in.
package enum Directory {
  /// Creates the directory of `path` and what is missing above it, readable by its owner only (0700).
  ///
  /// - Throws: `Failure(.storeFailure)` that names the directory.
  package static func create(parentOf path: String) throws {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return }
    try create(String(path[..<slash]))
  }

  /// Creates `directory` and what is missing above it, readable by its owner only (0700).
  ///
  /// - Throws: `Failure(.storeFailure)` that names the directory.
  package static func create(_ directory: String) throws {
    if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
    if errno == ENOENT {
      try create(parentOf: directory)
      if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
    }
    throw Failure(
      .storeFailure,
      "The directory \(directory) could not be created: \(String(cString: strerror(errno))).",
      hint: "Check the permissions above it, or choose another state directory.",
      details: ["path": directory]
    )
  }
}
