import FoundationEssentials
import Values

/// The public half of a key. Two are equal when the keys are, whatever their comments.
struct PublicKey: Sendable, Hashable {
  /// "ssh-ed25519".
  let type: String
  private let blob: [UInt8]

  /// - Parameter blob: As RFC 4253, section 6.6, has it: the type first.
  init?(blob: [UInt8]) {
    var decoder = PacketDecoder(blob[...])
    guard let type = decoder.string(), !decoder.isAtEnd,
      type.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "-@.".utf8.contains($0) })
    else { return nil }
    self.type = type
    self.blob = blob
  }

  /// - Parameter line: As in a `.pub` file, of which the first line counts: type, base64, comment.
  init?(line: [UInt8]) {
    let words = line.prefix { $0 != 0x0a && $0 != 0x0d }.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
    guard words.count >= 2, let data = Data(base64Encoded: Data(words[1])), let key = PublicKey(blob: Array(data)),
      words[0].elementsEqual(key.type.utf8)
    else { return nil }
    self = key
  }

  /// As in `authorized_keys`, without a comment.
  var line: String { "\(type) \(Data(blob).base64EncodedString())" }
}
