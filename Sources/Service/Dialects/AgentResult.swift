import JSON

/// A result that fits into an agent's room: its text and its structure say the same.
struct AgentResult {
  /// What is left of the result.
  private(set) var value: JSONValue
  /// What was left out, in whole sentences; empty when nothing was.
  private(set) var omissions: [String] = []

  /// Of the shortest text that may be cut.
  private static let shortest = 256

  /// - Parameter limit: How many bytes of JSON there may be.
  init(_ result: JSONValue, limit: Int) {
    value = result
    guard result.serialized().count > limit else { return }
    cutTexts(limit)
    for _ in 0..<8 where value.serialized().count > limit { if !cutLongestList(limit) { return } }
  }

  var text: String { ([value.text] + omissions).joined(separator: "\n") }

  /// Keeps the ends of long texts, of all of them equally much: an error is at the end of what a program says.
  private mutating func cutTexts(_ limit: Int) {
    var (low, high) = (AgentResult.shortest, limit)
    guard value.shortened(low) != value else { return }
    value = value.shortened(high)
    while high - low > 64 {
      let middle = (low + high) / 2
      if value.shortened(middle).serialized().count <= limit { low = middle } else { high = middle }
    }
    let shortened = value.shortened(low)
    value = shortened
    omissions.append("Of long texts only the ends are here.")
  }

  /// Cuts the list that takes most of the room between two entries; false when there is none.
  private mutating func cutLongestList(_ limit: Int) -> Bool {
    let excess = value.serialized().count - limit
    guard let path = value.pathOfLongestList, case .array(let elements)? = value[path: path], !elements.isEmpty else {
      return false
    }
    // Of lines, like of long texts, the end is kept.
    let keepsEnd = path.last == "lines"
    var freed = 0
    var left = elements.count
    while left > 0, freed < excess {
      left -= 1
      freed += elements[keepsEnd ? elements.count - 1 - left : left].serialized().count + 1
    }
    value[path: path] = .array(keepsEnd ? Array(elements.suffix(left)) : Array(elements.prefix(left)))
    omissions.append(
      "\(elements.count - left) of \(elements.count) entries of \(path.last ?? "") are left out; ask for less."
    )
    return true
  }
}

extension JSONValue {
  /// The value with the ends of those texts that are longer.
  fileprivate func shortened(_ limit: Int) -> JSONValue {
    switch self {
    case .string(let text): .string(text.end(limit, mark: "… "))
    case .array(let elements): .array(elements.map { $0.shortened(limit) })
    case .object(let members): .object(members.shortened(limit))
    default: self
    }
  }

  /// The members' names and positions on the way to the array with the most bytes; nil when there is none.
  fileprivate var pathOfLongestList: [String]? {
    var best: (path: [String], size: Int)?
    func visit(_ value: JSONValue, _ path: [String]) {
      switch value {
      case .array(let elements):
        let size = value.serialized().count
        if !elements.isEmpty, size > best?.size ?? 0 { best = (path, size) }
        for (index, element) in elements.enumerated() { visit(element, path + ["\(index)"]) }
      case .object(let members): for member in members { visit(member.value, path + [member.key]) }
      default: break
      }
    }
    visit(self, [])
    return best?.path
  }

  fileprivate subscript(path path: [String]) -> JSONValue? {
    get { path.reduce(Optional(self)) { value, name in value?[name] ?? Int(name).flatMap { value?[$0] } } }
    set {
      guard let name = path.first else {
        if let newValue { self = newValue }
        return
      }
      let rest = Array(path.dropFirst())
      switch self {
      case .object(var members):
        members[name]?[path: rest] = newValue
        self = .object(members)
      case .array(var elements):
        if let index = Int(name), elements.indices.contains(index) { elements[index][path: rest] = newValue }
        self = .array(elements)
      default: break
      }
    }
  }
}

extension JSONObject {
  /// An object that says whether it is truncated needs no mark in its texts.
  fileprivate func shortened(_ limit: Int) -> JSONObject {
    let says = self["truncated"]?.boolValue != nil
    var isCut = false
    var object = JSONObject(
      members.map { member -> JSONObject.Member in
        guard says, case .string(let text) = member.value else { return (member.key, member.value.shortened(limit)) }
        let end = text.end(limit, mark: "")
        isCut = isCut || end.utf8.count < text.utf8.count
        return (member.key, .string(end))
      }
    )
    if isCut { object["truncated"] = true }
    return object
  }
}

extension String {
  /// The last bytes, cut between characters and, since it may be base64, at a multiple of four.
  fileprivate func end(_ limit: Int, mark: String) -> String {
    let bytes = utf8
    guard bytes.count > limit else { return self }
    var kept = bytes.suffix(limit - limit % 4)
    while let first = kept.first, first & 0xC0 == 0x80 { kept = kept.dropFirst() }
    return mark + (String(kept) ?? "")
  }
}
