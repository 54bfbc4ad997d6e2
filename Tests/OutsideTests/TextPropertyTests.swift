import FoundationEssentials
import JSON
import Reporting
import Simulation
import Subprocess
import Testing
import Values

@testable import HTTP
@testable import JSONRPC
@testable import SSH

/// Text that looks like other text to Swift, to people or to a terminal, through everything that hands text on to a machine.
///
/// The seed of a failure is in its message; `RUNPOD_RPC_SEED` runs it again.
@Suite struct TextPropertyTests {
  static let seed =
    ProcessInfo.processInfo.environment["RUNPOD_RPC_SEED"].flatMap(UInt64.init) ?? .random(in: .min ... .max)
  static let count = 2000

  private static let pieces: [String] =
    [
      "'", "\"", "\\", "$", "`", "$(", ")", "!", ";", "&", "|", "*", "?", "~", "#", "%", "=", ":", "/", ".", "-", ",",
      " ",
    ]
    + [
      "\n", "\r\n", "\r", "\t", "\u{B}", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}", "\u{A0}", "\u{FEFF}",
    ]
    + ["\u{301}", "\u{323}", "\u{200D}", "\u{FE0F}", "\u{20E3}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{E0101}"]
    + [
      "\u{E9}", "e\u{301}", "\u{1E69}", "\u{212A}", "K", "\u{37E}", "\u{1FEF}", "\u{AC00}", "\u{1100}\u{1161}",
      "\u{1F1E9}",
    ]
    + ["\u{1F468}\u{200D}\u{1F469}", "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}", "a", "Z", "0", "rm", "token", "=ls", "-n"]

  private static func texts(_ name: String, without forbidden: String = "") -> [String] {
    var dice = Dice(seed: seed ^ UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF_FFFF))
    let allowed = pieces.filter { piece in !piece.unicodeScalars.contains { forbidden.unicodeScalars.contains($0) } }
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...8, using: &dice)).map { _ in allowed[Int.random(in: 0..<allowed.count, using: &dice)] }
        .joined()
    }
  }

  @Test(arguments: [["dash"], ["bash"], ["busybox", "sh"], ["zsh"]])
  func aShellReadsWhatWasQuoted(shell: [String]) async throws {
    let texts = Self.texts("shell")
    var script = "show() { for text; do printf '%s\\0' \"$text\"; done; }\n"
    for text in texts {
      script += "show \(shellQuoted([text, "x" + text]))\nvalue=\(shellQuoted(text))\nshow \"$value\"\n"
    }
    let command = ChildCommand(shell[0], Array(shell.dropFirst()))
    let result = try await ChildProcess.run(command, input: Array(script.utf8), outputLimit: 10_000_000)
    let expected = texts.flatMap { [$0, "x" + $0, $0] }.map { Array($0.utf8) }
    let read = result.standardOutput.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { Array($0) }
    #expect(result.standardError == [], "seed \(Self.seed)")
    #expect(read.count == expected.count, "seed \(Self.seed)")
    for (got, wanted) in zip(read, expected) where got != wanted {
      Issue.record("\(shell) made \(got) of \(wanted), seed \(Self.seed)")
    }
  }

  @Test func anEnvironmentArrives() async throws {
    for text in Self.texts("environment").prefix(100) {
      let command = ChildCommand("printenv", ["TEXT"], environment: ["PATH": "/usr/bin:/bin", "TEXT": text])
      let result = try await ChildProcess.run(command)
      #expect(result.standardOutput == Array(text.utf8) + [10], "seed \(Self.seed)")
    }
  }

  @Test func idsAndNamesThatAreNotTheSameBytesAreTwo() throws {
    let texts = Self.texts("ids")
    let distinct = Set(texts.map { Array($0.utf8) }).count
    #expect(Set(texts.map { RequestID.string($0) }).count == distinct, "seed \(Self.seed)")
    var object = JSONObject()
    for text in texts { object[text] = .string(text) }
    #expect(object.count == distinct, "seed \(Self.seed)")
    let read = try JSONValue(parsing: JSONValue.object(object).serialized())
    for text in texts {
      #expect(read[text]?.stringValue.map { Array($0.utf8) } == Array(text.utf8), "seed \(Self.seed)")
    }
  }

  @Test func aSecretIsFoundWhateverStandsBesideIt() {
    let secret = "s3cr'et-\u{E9}value"
    for (before, after) in zip(Self.texts("before"), Self.texts("after")) {
      let scrubbed = Scrubber([Secret(secret)])(before + secret + after)
      #expect(!Array(scrubbed.utf8).contains(Array(secret.utf8)), "seed \(Self.seed)")
      var secrets = RecordedSecrets([secret])
      var redactor = Redactor()
      let line = JSONValue.object(["text": .string(before + secret + after)]).serialized() + [10]
      var recorded = line.withUnsafeBytes { redactor.redact($0, &secrets) }
      recorded += redactor.finish(&secrets)
      #expect(!recorded.contains(Array(secret.utf8)), "seed \(Self.seed)")
      let request = HTTPRequest(url: "https://user:\(secret)@host/path?\(after)key=\(secret)")
      #expect(!Array(request.description.utf8).contains(Array(secret.utf8)), "seed \(Self.seed)")
    }
  }

  @Test func whatIsEscapedInAURLComesOutAsItWas() {
    for text in Self.texts("urls") {
      let escaped = Array(PercentEncoding.query(text).utf8)
      #expect(escaped.allSatisfy { $0.isPlainInURL }, "seed \(Self.seed)")
      #expect(unescaped(escaped) == Array(text.utf8), "seed \(Self.seed)")
    }
  }

  @Test func aHeaderIsReadByBytes() {
    for text in Self.texts("headers", without: "\n\r\t\u{B}\u{1B}\u{7F} ") {
      var head = ResponseHead()
      head.take("HTTP/1.1 200 OK\r\n")
      head.take("X-\(text.utf8.count): \(text)\r\n")
      #expect(head.headers.map { Array($0.value.utf8) } == [Array(text.utf8)], "seed \(Self.seed)")
    }
  }

  @Test func theSSHClientReadsPathsAsTheyAre() async throws {
    // What no configuration can hold, or has another meaning in one, is refused elsewhere.
    let texts = Self.texts("ssh", without: "\n\r\t\u{B}\u{1B}\u{7F}\"\\$~%\u{85}").prefix(60)
    for text in texts where !text.unicodeScalars.contains(where: \.isTerminalControl) {
      let known = KnownHosts(stateDirectory: "/tmp/\(text)/known hosts")
      let host = try #require(HostName(rawValue: "203.0.113.7"))
      let target = SSHTarget(podId: "abc", host: host, port: try #require(PortNumber(rawValue: 22)))
      let options = try ClientOptions(target: target, knownHosts: known, userConfig: false)
      var arguments = Array(options.terminal().dropFirst())
      arguments.insert("-G", at: 0)
      let result = try await ChildProcess.run(ChildCommand("ssh", arguments))
      #expect(result.exit.isSuccess, "\(result.errorText), seed \(Self.seed)")
      let isRead = result.standardOutput.contains(
        Array("\nuserknownhostsfile /tmp/\(text)/known hosts/known_hosts/".utf8)
      )
      #expect(isRead, "\(text.debugDescription), seed \(Self.seed)")
    }
  }

  private func unescaped(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2 {
        result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}

extension UInt8 {
  fileprivate var isPlainInURL: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
      || "-._~%".utf8.contains(self)
  }
}
