import Subprocess

/// A path on a pod as an expression of its shell: `~` is the home directory.
func shellPath(_ path: String) -> String {
  if path == "~" { return "\"$HOME\"" }
  if path.hasPrefix("~/") { return "\"$HOME\"/\(shellQuoted(String(path.dropFirst(2))))" }
  return shellQuoted(path)
}
