import FoundationEssentials
import Values

/// What a file that is to be a private key holds, as far as its bytes tell.
///
/// OpenSSH's own form (PROTOCOL.key of its sources) has the public half in the open, whether a passphrase protects the rest or
/// not. Its reader wants the marks at the beginning and at the end to be lines of their own, each ended by a line feed alone:
/// `ssh` says "error in libcrypto" to anything else. PEM, which OpenSSL reads, is taken with any line ends.
enum KeyFile: Sendable, Hashable {
  case openSSH(PublicKey)
  /// PEM (PKCS #1, PKCS #8, SEC 1): `ssh-keygen` has to be asked.
  case pem
  case publicKey(PublicKey)
  case unusable(Fault)

  enum Fault: Sendable, Hashable {
    case empty, carriageReturns, noLastLineFeed, somethingBefore, putty, damaged, noKey
  }

  private static let begin = Array("-----BEGIN OPENSSH PRIVATE KEY-----".utf8)
  private static let end = Array("-----END OPENSSH PRIVATE KEY-----".utf8)

  init(_ bytes: [UInt8]) {
    let text = bytes.filter { !Self.isBlank($0) }
    if text.isEmpty {
      self = .unusable(.empty)
    } else if let start = bytes.firstRange(of: Self.begin) {
      self = Self.ownForm(bytes, start: start.lowerBound)
    } else if bytes.firstRange(of: Array("PuTTY-User-Key-File".utf8)) != nil {
      self = .unusable(.putty)
    } else if bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil,
      bytes.firstRange(of: Array("PRIVATE KEY-----".utf8)) != nil
    {
      self = .pem
    } else if let key = PublicKey(line: bytes) {
      self = .publicKey(key)
    } else {
      self = .unusable(.noKey)
    }
  }

  private static func ownForm(_ bytes: [UInt8], start: Int) -> KeyFile {
    if start > 0 { return .unusable(.somethingBefore) }
    if bytes.contains(UInt8(ascii: "\r")) { return .unusable(.carriageReturns) }
    guard let last = bytes.firstRange(of: end) else { return .unusable(.damaged) }
    if last.upperBound == bytes.count { return .unusable(.noLastLineFeed) }
    let body = bytes[begin.count..<last.lowerBound].filter { !isBlank($0) }
    guard let data = Data(base64Encoded: Data(body)) else { return .unusable(.damaged) }
    let magic = Array("openssh-key-v1\0".utf8)
    guard data.starts(with: magic) else { return .unusable(.damaged) }
    var decoder = PacketDecoder(Array(data)[magic.count...])
    // The cipher, how its key is made from the passphrase, and with what.
    for _ in 0..<3 { _ = decoder.content() }
    guard decoder.number() == 1, let key = decoder.content().flatMap({ PublicKey(blob: Array($0)) }) else {
      return .unusable(.damaged)
    }
    return .openSSH(key)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }
}

extension KeyFile.Fault {
  /// What is wrong with the file, as the end of "The SSH key PATH …".
  var words: String {
    switch self {
    case .empty: "is empty"
    case .carriageReturns: "has carriage returns at the ends of its lines, which OpenSSH does not read"
    case .noLastLineFeed: "has no line feed at its end, without which OpenSSH does not read it"
    case .somethingBefore: "has something before its first line, which OpenSSH does not read"
    case .putty: "is in PuTTY's form, which OpenSSH does not read"
    case .damaged: "is damaged: it ends early or was changed"
    case .noKey: "holds no key"
    }
  }

  /// What to do about it. Nothing is repaired here: that would make a second copy of a private key.
  func advice(_ path: String) -> String {
    switch self {
    case .carriageReturns: "Remove them: sed -i 's/\\r$//' \(path)"
    case .noLastLineFeed: "Add it: echo >> \(path)"
    case .somethingBefore: "Remove everything before the line that begins with -----BEGIN."
    case .putty: "Convert it: puttygen \(path) -O private-openssh -o NEW_FILE, and set SSH_KEY_PATH to the new file."
    case .damaged: "Copy the file anew, whole, or set SSH_KEY_PATH to another key."
    case .empty, .noKey: "Set SSH_KEY_PATH to a private key in OpenSSH's form; ssh-keygen -t ed25519 makes one."
    }
  }
}
