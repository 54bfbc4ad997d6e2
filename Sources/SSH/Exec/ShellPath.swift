import Subprocess

/// A path on a pod as an expression of its shell: `~` is the home directory.
func shellPath(_ path: String) -> String {
  if path == "~" { return "\"$HOME\"" }
  if path.utf8.starts(with: "~/".utf8) {
    return "\"$HOME\"/\(shellQuoted(String(Substring(path.utf8.dropFirst(2)))))"
  }
  return shellQuoted(path)
}
