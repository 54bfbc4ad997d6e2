import Outside

/// The members of an object in the order they were written.
///
/// Pairs instead of a dictionary: messages have few members, and building a hash table costs more than a message's
/// whole parsing.
package struct JSONObject: Sendable, Hashable {
  package typealias Member = (key: String, value: JSONValue)

  /// The members as an array, which other modules go through far quicker than through the object itself.
  package private(set) var members: [Member]

  package init(_ members: [Member] = []) { self.members = members }

  package subscript(key: String) -> JSONValue? {
    get {
      for member in members where member.key.bytes == key.bytes { return member.value }
      return nil
    }
    set {
      let index = members.firstIndex { $0.key.bytes == key.bytes }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  package var keys: [String] { members.map(\.key) }

  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.key.bytes == $1.key.bytes && $0.value == $1.value }
  }

  package func hash(into hasher: inout Hasher) {
    for member in members {
      hasher.combine(member.key.bytes)
      hasher.combine(member.value)
    }
  }
}

extension JSONObject: RandomAccessCollection {
  package var startIndex: Int { members.startIndex }
  package var endIndex: Int { members.endIndex }
  package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    members = elements.map { (key: $0.0, value: $0.1) }
  }
}
