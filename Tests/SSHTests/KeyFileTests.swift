import FoundationEssentials
import Testing

@testable import SSH

/// What the bytes of a key file tell, without any file.
@Suite struct KeyFileTests {
  /// Made for this test; it opens nothing.
  private static let text = """
    -----BEGIN OPENSSH PRIVATE KEY-----
    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
    QyNTUxOQAAACB1QAKh98347wLgDC4csV9MmLDlSoIRl9no3KCTKQ7DNwAAAIi+NKaEvjSm
    hAAAAAtzc2gtZWQyNTUxOQAAACB1QAKh98347wLgDC4csV9MmLDlSoIRl9no3KCTKQ7DNw
    AAAECf/kbH9wbmlC8L3/kDaEhhj/Tw0fIg5Wfvhjgae630UnVAAqH3zfjvAuAMLhyxX0yY
    sOVKghGX2ejcoJMpDsM3AAAAAAECAwQF
    -----END OPENSSH PRIVATE KEY-----

    """
  private static let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVAAqH3zfjvAuAMLhyxX0yYsOVKghGX2ejcoJMpDsM3"

  @Test func thePublicHalfIsInTheOpen() {
    guard case .openSSH(let key) = KeyFile(Array(Self.text.utf8)) else {
      Issue.record("it was not read")
      return
    }
    #expect(key.line == Self.line)
    #expect(KeyFile(Array("\(Self.line) a comment\n".utf8)) == .publicKey(key))
  }

  @Test(arguments: [
    ("", KeyFile.Fault.empty), (" \r\n\t", .empty), ("hello\n", .noKey), ("ssh-ed25519 AAAA\n", .noKey),
    ("PuTTY-User-Key-File-2: ssh-rsa\n", .putty),
  ])
  func whatIsNoKey(text: String, fault: KeyFile.Fault) {
    #expect(KeyFile(Array(text.utf8)) == .unusable(fault))
  }

  @Test func whatOpenSSHDoesNotRead() {
    let text = Self.text
    func fault(_ text: String) -> KeyFile { KeyFile(Array(text.utf8)) }
    #expect(fault(text.split(separator: "\n").joined(separator: "\r\n") + "\r\n") == .unusable(.carriageReturns))
    #expect(fault(String(text.dropLast())) == .unusable(.noLastLineFeed))
    #expect(fault("\n" + text) == .unusable(.somethingBefore))
    #expect(fault("\u{feff}" + text) == .unusable(.somethingBefore))
  }

  /// A file that is cut anywhere is never taken for a whole key, and nothing crashes.
  @Test func cutAnywhere() {
    let bytes = Array(Self.text.utf8)
    for count in 0..<bytes.count {
      guard case .unusable = KeyFile(Array(bytes[..<count])) else {
        Issue.record("a key of \(count) bytes of \(bytes.count)")
        continue
      }
    }
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      _ = KeyFile(changed)
    }
  }

  @Test(arguments: ["RSA ", "EC ", "", "ENCRYPTED "]) func pem(kind: String) {
    #expect(KeyFile(Array("-----BEGIN \(kind)PRIVATE KEY-----\nMII\n-----END \(kind)PRIVATE KEY-----".utf8)) == .pem)
  }

  @Test func addressesThatAreListenedOn() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
         1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
         2: 0100007F:0017 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
         3: 00000000000000000000000001000000:9C40 00000000000000000000000000000000:0000 0A 00000000:00000000
         4: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000
      """
    #expect(ListeningPorts.addresses(of: 40_000, in: table) == ["127.0.0.1", "::1"])
    #expect(ListeningPorts.addresses(of: 22, in: table) == ["0.0.0.0", "::"])
    #expect(ListeningPorts.addresses(of: 23, in: table) == [])
    #expect(ListeningPorts.addresses(of: 22, in: "nonsense\n\u{0}:x 0A\n") == [])
  }
}
