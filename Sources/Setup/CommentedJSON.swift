package import JSON
import Outside

/// JSON as people write it, with comments and commas after the last member, of which single members are set and removed: all
/// that is not changed stays byte for byte as it is.
package struct CommentedJSON: Sendable {
  private var bytes: [UInt8]
  private var root: JSONNode

  /// - Throws: `SetupFault` for what is no such text, with its line.
  package init(_ text: String) throws(SetupFault) {
    bytes = Array(text.utf8)
    if JSONNode.isBlank(bytes) { bytes += Array("{}\n".utf8) }
    root = try JSONNode.parse(bytes)
    guard root.members != nil else { throw SetupFault("it is not a JSON object") }
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value of the member that these names lead to; nil when there is none.
  package func value(at path: [String]) -> JSONValue? { node(at: path)?.value(in: bytes) }

  /// Gives a member a value; objects on the way are made.
  ///
  /// - Throws: `SetupFault` when something on the way is no object.
  package mutating func set(_ path: [String], _ value: JSONValue) throws(SetupFault) {
    var node = root
    for (depth, name) in path.enumerated() {
      guard let members = node.members else {
        throw SetupFault("\(path[..<depth].joined(separator: ".")) is not an object")
      }
      guard let member = members.last(where: { $0.name.bytes == name.bytes }) else {
        let rest = path[(depth + 1)...].reversed().reduce(value) { .object([$1: $0]) }
        return try insert(name, rest, into: node)
      }
      node = member.value
    }
    if node.value(in: bytes) == value { return }
    let line = JSONNode.indent(before: node.range.lowerBound, in: bytes)
    try replace(node.range, with: pretty(value, indent: line))
  }

  /// Removes a member with its line; nothing when there is none.
  package mutating func remove(_ path: [String]) throws(SetupFault) {
    guard let name = path.last, let parent = node(at: Array(path.dropLast())), let members = parent.members,
      let index = members.lastIndex(where: { $0.name.bytes == name.bytes })
    else { return }
    let member = members[index]
    var start = member.start
    var end = member.value.range.upperBound
    if let comma = JSONNode.comma(after: end, in: bytes) {
      end = comma + 1
    } else if index > 0 {
      let last = members[index - 1].value.range.upperBound
      if let comma = JSONNode.comma(after: last, in: bytes) {
        bytes.remove(at: comma)
        start -= 1
        end -= 1
      }
    }
    while start > 0, bytes[start - 1].isSpace { start -= 1 }
    while end < bytes.count, bytes[end].isSpace { end += 1 }
    let isOwnLine = start == 0 || bytes[start - 1] == UInt8(ascii: "\n")
    if isOwnLine, end < bytes.count, bytes[end] == UInt8(ascii: "\r") { end += 1 }
    if isOwnLine, end < bytes.count, bytes[end] == UInt8(ascii: "\n") { end += 1 }
    try replace(start..<end, with: [])
  }

  private func node(at path: [String]) -> JSONNode? {
    path.reduce(Optional(root)) { node, name in node?.members?.last { $0.name.bytes == name.bytes }?.value }
  }

  /// Adds a member after the others, whose comma and comments stay with them.
  private mutating func insert(_ name: String, _ value: JSONValue, into node: JSONNode) throws(SetupFault) {
    let members = node.members ?? []
    var close = node.range.upperBound - 1
    let outer = JSONNode.indent(before: node.range.lowerBound, in: bytes)
    let inner = members.first.flatMap { JSONNode.ownIndent(of: $0.start, in: bytes) } ?? outer + unit
    /// After the last member, its comma and its comments.
    var at = close
    while at > node.range.lowerBound + 1, bytes[at - 1].isSpace || bytes[at - 1].isBreak { at -= 1 }
    let isClosedOnOwnLine = bytes[at..<close].contains(UInt8(ascii: "\n"))
    var text = newline + member(name, value, indent: inner)
    if let last = members.last?.value.range.upperBound {
      if JSONNode.comma(after: last, in: bytes) == nil {
        bytes.insert(UInt8(ascii: ","), at: last)
        at += 1
        close += 1
      } else {
        // Here every member has a comma, the last one as well.
        text.append(UInt8(ascii: ","))
      }
    }
    if !isClosedOnOwnLine { text += newline + outer }
    try replace(at..<(isClosedOnOwnLine ? at : close), with: text)
  }

  private mutating func replace(_ range: Range<Int>, with text: [UInt8]) throws(SetupFault) {
    bytes.replaceSubrange(range, with: text)
    root = try JSONNode.parse(bytes)
  }

  private var newline: [UInt8] {
    bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 > 0 && bytes[$0 - 1] == UInt8(ascii: "\r") } ?? false
      ? Array("\r\n".utf8) : [UInt8(ascii: "\n")]
  }

  /// What a level is indented by: as the first member of the file is.
  private var unit: [UInt8] {
    root.members?.first.flatMap { JSONNode.ownIndent(of: $0.start, in: bytes) }.flatMap { $0.isEmpty ? nil : $0 }
      ?? [0x20, 0x20]
  }

  private func member(_ name: String, _ value: JSONValue, indent: [UInt8]) -> [UInt8] {
    var text = indent
    JSONValue.write(string: name, into: &text)
    text += Array(": ".utf8)
    return text + pretty(value, indent: indent)
  }

  private func pretty(_ value: JSONValue, indent: [UInt8]) -> [UInt8] {
    guard case .object(let members) = value, !members.isEmpty else { return value.serialized() }
    var text = [UInt8(ascii: "{")]
    for (index, each) in members.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      text += newline
      text += member(each.key, each.value, indent: indent + unit)
    }
    text += newline
    text += indent
    text.append(UInt8(ascii: "}"))
    return text
  }
}

extension UInt8 {
  var isSpace: Bool { self == 0x20 || self == 0x09 }
  var isBreak: Bool { self == 0x0A || self == 0x0D }
}
