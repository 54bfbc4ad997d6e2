import JSON
import Outside

/// Values that a recording must not hold, and some that look like it and may.
struct RecordedSecrets: Sendable {
  private var values: Set<[UInt8]> = []
  /// Tokens of progress, which are called tokens as well.
  private var harmless: Set<[UInt8]> = []

  private let suspects: @Sendable (_ name: String, _ value: String) -> Bool

  init(_ values: [String], suspects: @escaping @Sendable (_ name: String, _ value: String) -> Bool = { _, _ in false })
  {
    self.suspects = suspects
    for value in values { add(Array(value.utf8)) }
  }

  /// Covers what the string under `key` must not show, byte for byte, so that lengths stay right.
  mutating func cover(_ text: [UInt8], key: String?) -> [UInt8] {
    guard let key = key?.bytes.lowercased else { return coverKnown(text) }
    let plain = unescaped(text)
    if ["workdonetoken", "progresstoken", "partialresulttoken"].contains(key) {
      harmless.insert(plain)
      return text
    }
    guard isSecret(key) || suspects(key, String(decoding: plain, as: UTF8.self)), !harmless.contains(plain),
      !plain.starts(with: "runpod-rpc/".utf8)
    else {
      return coverKnown(text)
    }
    add(text)
    return stars(text.count)
  }

  private func isSecret(_ key: String) -> Bool {
    key.bytes.hasSuffix("token")
      || ["secret", "password", "apikey", "api_key", "authorization", "credential", "private_key", "privatekey"]
        .contains { key.bytes.contains($0) }
  }

  /// Short values would cover innocent text.
  private mutating func add(_ text: [UInt8]) {
    guard text.count >= 8 else { return }
    values.insert(text)
    values.insert(unescaped(text))
    var escaped: [UInt8] = []
    JSONValue.write(string: String(decoding: text, as: UTF8.self), into: &escaped)
    values.insert(Array(escaped.dropFirst().dropLast()))
  }

  private func unescaped(_ text: [UInt8]) -> [UInt8] {
    let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
    return (try? JSONValue(parsing: quoted).stringValue).map { Array($0.utf8) } ?? text
  }

  private func coverKnown(_ text: [UInt8]) -> [UInt8] {
    var text = text
    for value in values where value.count <= text.count {
      for range in text.ranges(of: value) { text.replaceSubrange(range, with: stars(value.count)) }
    }
    return text
  }

  private func stars(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "*"), count: count) }
}

/// Covers secrets in a stream of JSON texts, however it is cut and whatever stands between them: a state machine
/// without I/O that knows only strings, and which of them are names of members.
struct Redactor: Sendable {
  private enum Place { case outside, string, escape }

  private var place = Place.outside
  /// The string that is being read, without its quotes.
  private var text: [UInt8] = []
  /// The last string, as long as it may turn out to be a member's name.
  private var name: String?
  /// The name of the member whose value comes next.
  private var key: String?

  /// - Returns: What can be written now; a string waits until it is whole.
  mutating func redact(_ bytes: UnsafeRawBufferPointer, _ secrets: inout RecordedSecrets) -> [UInt8] {
    var redacted: [UInt8] = []
    redacted.reserveCapacity(bytes.count + text.count)
    for byte in bytes {
      switch (place, byte) {
      case (.outside, _): readOutside(byte, &redacted)
      // No string goes over a line break: this one is broken, and what follows is something else.
      case (_, UInt8(ascii: "\n")):
        redacted += close(&secrets)
        redacted.append(byte)
      case (.string, UInt8(ascii: "\"")):
        let isName = key == nil
        let last = text
        redacted += close(&secrets)
        redacted.append(byte)
        name = isName && last.count < 100 ? String(decoding: last, as: UTF8.self) : nil
      case (.string, UInt8(ascii: "\\")):
        text.append(byte)
        place = .escape
      default:
        text.append(byte)
        place = .string
      }
    }
    return redacted
  }

  /// What is left at the end of the stream.
  mutating func finish(_ secrets: inout RecordedSecrets) -> [UInt8] { close(&secrets) }

  private mutating func readOutside(_ byte: UInt8, _ redacted: inout [UInt8]) {
    redacted.append(byte)
    switch byte {
    case UInt8(ascii: "\""): place = .string
    case UInt8(ascii: ":"): (key, name) = (name, nil)
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
    default: (key, name) = (nil, nil)
    }
  }

  private mutating func close(_ secrets: inout RecordedSecrets) -> [UInt8] {
    let covered = secrets.cover(text, key: key)
    (place, text, name, key) = (.outside, [], nil, nil)
    return covered
  }
}
