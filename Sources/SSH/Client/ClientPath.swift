import Values

/// An absolute path that the SSH client can be told in an option.
///
/// `ssh_config(5)`: in `IdentityFile`, `UserKnownHostsFile` and `ControlPath` a `%` begins a token and `%%` stands for itself,
/// `${NAME}` is a variable of the environment that nothing escapes, and a `~` at the beginning is a home directory. A value may
/// be put into double quotation marks, within which (`argv_split` in misc.c, since OpenSSH 8.7) a backslash escapes a quotation
/// mark and itself. A line break ends it.
///
/// `-i` is another matter: `ssh` looks for the file before the tokens are expanded, so that no spelling of a `%` does for both.
struct ClientPath: CheckedValue {
  static let noun = "an absolute path without control characters and \"${\""

  let rawValue: String

  init?(rawValue: String) {
    let scalars = rawValue.unicodeScalars
    guard rawValue.utf8.first == UInt8(ascii: "/"), !scalars.contains(where: \.isTerminalControl),
      !zip(scalars, scalars.dropFirst()).contains(where: { $0 == "$" && $1 == "{" })
    else { return nil }
    self.rawValue = rawValue
  }

  /// The value of an option: bare where that is possible, since not every reader of such files knows quotation marks.
  var value: String {
    let isPlain = rawValue.utf8.allSatisfy { $0.isASCIIAlphanumeric || "/._-+,=@".utf8.contains($0) }
    if isPlain { return rawValue }
    var text = ""
    for scalar in rawValue.unicodeScalars {
      switch scalar {
      case "%": text += "%%"
      case "\"", "\\": text += "\\\(scalar)"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "\"\(text)\""
  }
}
