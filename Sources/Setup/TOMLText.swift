import Outside

/// The part of a TOML file (<https://toml.io/en/v1.0.0>) that is about this service: the table `mcp_servers.runpod`. All else
/// stays byte for byte as it is.
struct TOMLText {
  private static let table = ["mcp_servers", ServerEntry.name].map(\.bytes)

  private var lines: [String]
  private let newline: String

  init(_ text: String) {
    newline = text.utf8.contains(0x0D) ? "\r\n" : "\n"
    lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
  }

  var text: String { lines.joined(separator: newline) }

  mutating func set(_ entry: ServerEntry) throws(SetupFault) {
    try refuseOtherForms()
    var members = [
      ("command", TOMLText.quoted(entry.command)),
      ("args", "[" + entry.arguments.map(TOMLText.quoted).joined(separator: ", ") + "]"),
    ]
    if headers().contains(where: { $0.path == TOMLText.table }) == false {
      // Codex passes only the variables that are named.
      members.append(("env_vars", #"["RUNPOD_API_KEY", "GITHUB_TOKEN"]"#))
      append("[\(TOMLText.name(TOMLText.table))]")
    }
    for (name, value) in members { try set(name, value, in: TOMLText.table) }
    guard !entry.environment.isEmpty else { return }
    let environment = TOMLText.table + ["env".bytes]
    if !headers().contains(where: { $0.path == environment }) {
      if member("env", in: TOMLText.table) != nil {
        throw SetupFault(
          "env of [mcp_servers.\(ServerEntry.name)] is written in one line; add the variables there by hand"
        )
      }
      insert(["", "[\(TOMLText.name(environment))]"], at: end(of: TOMLText.table))
    }
    for variable in entry.environment { try set(variable.name, TOMLText.quoted(variable.value), in: environment) }
  }

  /// Removes the table and those below it.
  mutating func remove() throws(SetupFault) {
    try refuseOtherForms()
    let all = headers()
    for (index, header) in all.enumerated().reversed() where header.path.starts(with: TOMLText.table) {
      var end = index + 1 < all.count ? all[index + 1].line : lines.count
      // Comments right above the next table belong to that one.
      if index + 1 < all.count { while end - 1 > header.line, lines[end - 1].isComment { end -= 1 } }
      lines.removeSubrange(header.line..<min(end, lines.count))
      // The end of the file is as it was.
      if index + 1 == all.count {
        while lines.count > 1, lines.last?.isBlank == true { lines.removeLast() }
        if lines.last?.isEmpty == false { lines.append("") }
      }
    }
  }

  // MARK: Lines

  private struct Header {
    let line: Int
    let path: [ByteText]
  }

  /// The headers of all tables. What looks like one within a text of several lines or a list is none.
  private func headers() -> [Header] {
    var headers: [Header] = []
    var value = TOMLValueState()
    for (index, line) in lines.enumerated() {
      if !value.isOpen, let path = TOMLKey.header(line) {
        headers.append(Header(line: index, path: path))
      } else {
        value.take(line)
      }
    }
    return headers
  }

  private func range(of table: [ByteText]) -> Range<Int>? {
    let all = headers()
    guard let index = all.firstIndex(where: { $0.path == table }) else { return nil }
    return all[index].line + 1..<(index + 1 < all.count ? all[index + 1].line : lines.count)
  }

  /// The line after the last one of a table that says something.
  private func end(of table: [ByteText]) -> Int {
    guard let range = range(of: table) else { return lines.count }
    var end = range.upperBound
    while end > range.lowerBound, lines[end - 1].isBlank || lines[end - 1].isComment { end -= 1 }
    return end
  }

  /// The lines of a member of a table.
  private func member(_ name: String, in table: [ByteText]) -> Range<Int>? {
    guard let range = range(of: table) else { return nil }
    var value = TOMLValueState()
    var start: Int?
    for index in range {
      if !value.isOpen { start = TOMLKey.name(lines[index]) == [name.bytes] ? index : nil }
      value.take(lines[index])
      if let start, !value.isOpen { return start..<index + 1 }
    }
    return nil
  }

  private mutating func set(_ name: String, _ value: String, in table: [ByteText]) throws(SetupFault) {
    let line = "\(name) = \(value)"
    if let range = member(name, in: table) {
      if lines[range].joined(separator: newline).bytes != line.bytes { lines.replaceSubrange(range, with: [line]) }
    } else {
      insert([line], at: end(of: table))
    }
  }

  private mutating func insert(_ new: [String], at index: Int) {
    lines.insert(contentsOf: new, at: index)
    if lines.last?.isEmpty == false { lines.append("") }
  }

  private mutating func append(_ line: String) {
    if lines.last?.isEmpty == true { lines.removeLast() }
    lines += lines.last?.isBlank ?? true ? [line, ""] : ["", line, ""]
  }

  /// The same table can be written in other ways, of which one more would be a second definition.
  private func refuseOtherForms() throws(SetupFault) {
    var value = TOMLValueState()
    var table: [ByteText] = []
    for line in lines {
      if !value.isOpen {
        if let path = TOMLKey.header(line) {
          table = path
          continue
        }
        let path = table + (TOMLKey.name(line) ?? [])
        let isBelow = path.starts(with: TOMLText.table) && !table.starts(with: TOMLText.table)
        if isBelow || path == ["mcp_servers".bytes] && table.isEmpty && TOMLKey.name(line) != nil {
          throw SetupFault("mcp_servers.\(ServerEntry.name) is not written as a table of its own; change it by hand")
        }
      }
      value.take(line)
    }
  }

  private static func name(_ path: [ByteText]) -> String { path.map(\.string).joined(separator: ".") }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case ..<0x20, 0x7F: bytes += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }
}

extension String {
  fileprivate var isBlank: Bool { utf8.allSatisfy { $0.isSpace } }
  fileprivate var isComment: Bool { utf8.first { !$0.isSpace } == UInt8(ascii: "#") }
}
