extension Unicode.Scalar {
  /// Whether a terminal obeys the character instead of showing it, or whether it changes how its neighbours are shown: C0, DEL,
  /// C1, the separators of lines and paragraphs, and the controls of bidirectional text (UAX #9, section 2).
  package var isTerminalControl: Bool {
    switch value {
    case 0x00...0x1f, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The text on one line, safe to show on a terminal: line breaks and tabs are blanks, other control characters look like
  /// `<U+001B>`.
  package var visible: String {
    escapingControls { scalar in
      switch scalar {
      case "\n", "\r", "\t": " "
      default: "<U+\(scalar.hexadecimal)>"
      }
    }
  }

  /// JSON text that says the same, and that is safe to show on a terminal.
  package var visibleJSON: String { escapingControls { "\\u\($0.hexadecimal)" } }

  private func escapingControls(_ escape: (Unicode.Scalar) -> String) -> String {
    guard unicodeScalars.contains(where: \.isTerminalControl) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isTerminalControl { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Four digits, which is enough for all controls.
  fileprivate var hexadecimal: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
