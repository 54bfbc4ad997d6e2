import FoundationEssentials
import Glibc
import Outside

/// The path of the program `name`, or nil when there is none that we may run.
///
/// - Parameters:
///   - name: A name to look up, or a path, which is only checked.
///   - path: Directories separated by colons; nil: our own `PATH`.
package func findExecutable(_ name: String, path: String? = nil) -> String? {
  guard !name.isEmpty else { return nil }
  if name.bytes.contains("/") { return isExecutable(name) ? name : nil }
  let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
  for directory in path.bytes.split(":") where !directory.isEmpty {
    let candidate = "\(directory)/\(name)"
    if isExecutable(candidate) { return candidate }
  }
  return nil
}

private func isExecutable(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
}
