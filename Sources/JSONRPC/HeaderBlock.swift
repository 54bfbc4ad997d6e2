/// The headers before one message, as far as they have been read.
struct HeaderBlock {
  private(set) var length: Int?
  private(set) var fault: FrameFault?
  private(set) var isEmpty = true

  /// Takes one line without its line break.
  mutating func add(_ text: String) {
    if text.first == "#" { return }
    isEmpty = false
    guard let colon = text.firstIndex(of: ":") else {
      note(text.first == "{" || text.first == "[" ? .wrongFraming : .badHeader("no colon in a header line"))
      return
    }
    let name = text[..<colon].lowercased().filter { $0 != " " && $0 != "\t" }
    let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    if isContentLength(name) {
      addLength(value)
    } else if name == "content-type" {
      addType(value.lowercased())
    } else if text.first == "{" || text.first == "[" {
      note(.wrongFraming)
    }
  }

  /// Also after the rest of a message whose length was given one byte off, on either side.
  private func isContentLength(_ name: String) -> Bool {
    guard name.hasSuffix("ontent-length") else { return false }
    let before = name.dropLast("ontent-length".count)
    guard before.last == "c" || before.isEmpty else { return false }
    guard let garbage = before.dropLast().last else { return true }
    return !garbage.isLetter && !garbage.isNumber && garbage != "-"
  }

  private mutating func addLength(_ value: some StringProtocol) {
    let digits = value.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ ("0"..."9").contains($0) }),
      let parsed = Int(String(digits)), parsed > 0
    else { return note(.badHeader("Content-Length must be a positive decimal number")) }
    if let length, length != parsed { return note(.badHeader("two different values of Content-Length")) }
    length = parsed
  }

  private mutating func addType(_ value: String) {
    guard let range = value.split(separator: ";").first(where: { $0.contains("charset=") }) else { return }
    let charset = range.split(separator: "=").last.map { $0.filter { $0 != "\"" && $0 != " " } } ?? ""
    if charset != "utf-8" && charset != "utf8" { note(.unsupportedCharset(charset)) }
  }

  mutating func note(_ fault: FrameFault) {
    isEmpty = false
    if self.fault == nil { self.fault = fault }
  }
}
