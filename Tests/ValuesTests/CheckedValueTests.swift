import Concurrency
import Testing
import Values

@Suite struct CheckedValueTests {
  @Test(arguments: [
    "203.0.113.9", "::1", "2001:db8::7", "localhost", "pod-1.example.com", "ssh_gateway", "xn--bcher-kva.example",
    "1a.example",
  ])
  func hosts(text: String) { #expect(HostName(rawValue: text)?.rawValue == text) }

  @Test(arguments: [
    "", " ", "203.0.113.9\n  ProxyCommand touch /tmp/x", "203.0.113.9 ", "203.0.113", "1.2.3.4.5", "0x7f.1", "a b",
    "-oProxyCommand=x",
    "a..b", ".", "a.", "exämple", "host%d", "fe80::1%eth0", "host;id", "host\"", "host\\", "$(id)", "`id`", "a\u{0}b",
    "127.0.0.1\u{0}.example", "[::1]", "a/b", "user@host", "a\r\n", "e\u{301}", "\u{202e}moc",
    String(repeating: "a", count: 64),
    String(repeating: "a.", count: 127) + "a",
  ])
  func noHosts(text: String) { #expect(HostName(rawValue: text) == nil) }

  @Test func ports() {
    #expect([1, 22, 65_535].allSatisfy { PortNumber(rawValue: $0) != nil })
    #expect([0, -1, 65_536, .max, .min].allSatisfy { PortNumber(rawValue: $0) == nil })
  }

  @Test func identifiers() {
    let good = ["50qynxzilsxoey", "50qynxzilsxoey-64410065", "EU-RO-1", "a", "A_b", String(repeating: "a", count: 128)]
    #expect(good.allSatisfy { Identifier(rawValue: $0) != nil })
    let bad = [
      "", "-x", "_x", "a/b", "..", "a b", "a\n", "a\u{301}", "é", "a\u{0}", "a?b", String(repeating: "a", count: 129),
    ]
    #expect(bad.allSatisfy { Identifier(rawValue: $0) == nil })
  }

  @Test func labels() {
    #expect(["NVIDIA GeForce RTX 4090", "größer 🚀", "a\"b'c$"].allSatisfy { Label(rawValue: $0) != nil })
    let bad = ["", "a\nb", "a\u{1b}[2J", "a\u{7f}", "a\u{85}", "a\u{2028}b", "a\u{202e}b", "a\r\n"]
    #expect(bad.allSatisfy { Label(rawValue: $0) == nil })
  }

  @Test func loginNames() {
    #expect(["root", "a.b-c_d@e+f"].allSatisfy { LoginName(rawValue: $0) != nil })
    #expect(["", "-l", "a b", "%h", "${HOME}", "a\n", "a;b", "é"].allSatisfy { LoginName(rawValue: $0) == nil })
  }

  @Test func links() {
    #expect(WebLink(rawValue: "https://github.com/actions/runner/releases/download/v2.338.0/a.tar.gz?x=%20") != nil)
    let bad = [
      "", "ftp://a/b", "file:///etc/passwd", "https://", "https:///x", "https://a b", "https://a/\"", "https://a/'",
      "https://user:pass@host/x", "https://a/\n", "HTTPS//a", "https://a/\\",
    ]
    #expect(bad.allSatisfy { WebLink(rawValue: $0) == nil })
  }

  @Test func whatDoesNotFitIsLeftOutAndWarnedOfOnce() {
    let warnings = Locked<[String]>([])
    let intake = Intake("RunPod") { text in warnings.withLock { $0.append(text) } }
    for _ in 0..<3 { #expect(intake.take("1.2.3.4\u{1b}]0;\n", "the host of pod x", as: HostName.self) == nil) }
    #expect(intake.take("1.2.3.4", "the host of pod x", as: HostName.self)?.rawValue == "1.2.3.4")
    #expect(intake.take(nil, "the host of pod x", as: HostName.self) == nil)
    #expect(intake.take("", "the host of pod x", as: HostName.self) == nil)
    #expect(
      warnings.withLock { $0 } == [
        "RunPod gives \"1.2.3.4<U+001B>]0; \" as the host of pod x, which is not an IP address or a DNS name; it is left out"
      ]
    )
    for number in 0..<1000 { _ = intake.take(-number, "a port", as: PortNumber.self) }
    #expect(warnings.withLock { $0.count } == 100)
  }
}
