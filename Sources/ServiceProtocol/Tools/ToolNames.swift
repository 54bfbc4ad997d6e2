package import JSON
import Outside

/// The tools that an agent knows, and every text it reads in their names: `pods_list` where others read `pods/list`.
package struct ToolNames: Sendable {
  /// Members of results and errors whose texts are for the reader, and not data of the user's.
  private static let words: Set = ["hint", "message", "advice", "summary", "reason"]

  private let names: Set<ByteText>
  /// By the noun, the longest first.
  private let methods: [(method: [UInt8], tool: [UInt8])]

  package init(_ tools: [Tool]) {
    names = Set(tools.map { $0.name.bytes })
    let all = tools.map { $0.method.name }.sorted { $0.utf8.count > $1.utf8.count }
    methods = all.map { (Array($0.utf8), Array(Tool.name(of: $0).utf8)) }
  }

  package func has(_ name: String) -> Bool { names.contains(name.bytes) }

  /// The text with the methods called as tools. What stands in a path or an address is left alone.
  package func translated(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "/")) else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let isStart = index == 0 || !bytes[index - 1].isOfName
      let found = isStart ? methods.first { stands($0.method, in: bytes, at: index) } : nil
      result += found?.tool ?? [bytes[index]]
      index += found?.method.count ?? 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A result or an error's data with its hints and messages in the names of tools.
  package func translated(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map { translated($0) })
    case .object(let members):
      .object(
        JSONObject(
          members.map { member -> JSONObject.Member in
            if case .string(let text) = member.value, ToolNames.words.contains(member.key) {
              return (member.key, .string(translated(text)))
            }
            return (member.key, translated(member.value))
          }
        )
      )
    default: value
    }
  }

  private func stands(_ name: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
    let end = index + name.count
    guard end <= bytes.count, bytes[index..<end].elementsEqual(name) else { return false }
    // "pods/list." ends a sentence; "pods/list.txt" is a file.
    guard end < bytes.count, bytes[end].isOfName else { return true }
    return bytes[end] == UInt8(ascii: ".") && (end + 1 == bytes.count || !bytes[end + 1].isOfName)
  }
}

extension UInt8 {
  /// Whether the byte can be part of a path or a name.
  fileprivate var isOfName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "$"):
      true
    default: self >= 0x80
    }
  }
}
