import JSON
import Testing

@Suite struct JSONTextTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
    "1.10", "1e2", "1E+2", "-0", "-0.0", "12345678901234567890", #""""#, #""a/b""#, #""😀é""#, #""a\nb\t\r\\\"""#,
    #""\u0000\u001f""#, "[]", "{}", "[1,[2,{\"a\":[]}]]", #"{"b":1,"a":{"c":null}}"#,
  ])
  func comesOutAsItWentIn(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test(arguments: [
    (#""\u00e9\/\b\f""#, "\"é/\\u0008\\u000c\""), (#""\ud83d\ude00""#, "\"😀\""), (" [ 1 , 2 ] \r\n", "[1,2]"),
    ("\t{\"a\" : 1}", #"{"a":1}"#),
  ])
  func readsOtherSpellings(text: String, canonical: String) throws {
    #expect(try JSONValue(parsing: text).text == canonical)
  }

  @Test(arguments: [
    "", " ", "nul", "True", "01", "-", "-a", "1.", ".5", "1e", "+1", "NaN", "Infinity", "'a'", "\"", "\"\\x\"",
    "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "[", "[1", "[1,", "[1,]", "[,1]",
    "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "1 2", "{}x", "\u{FEFF}1",
    "/**/1",
  ])
  func refuses(text: String) {
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
  }

  @Test(arguments: [[0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x82]])
  func refusesInvalidUTF8(bytes: [UInt8]) {
    let quoted: [UInt8] = [0x22] + bytes + [0x22]
    #expect(throws: JSONParseError(message: "invalid UTF-8", offset: 1)) { try JSONValue(parsing: quoted) }
    let besideAnEscape: [UInt8] = Array(#""\n"#.utf8) + bytes + [0x22]
    #expect(throws: JSONParseError(message: "invalid UTF-8", offset: 3)) { try JSONValue(parsing: besideAnEscape) }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array("[1,".utf8) + bytes + Array("]".utf8)) }
  }

  @Test func nestsToTheLimitAndNotBeyond() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSONValue(parsing: nested(128)).text == nested(128))
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(129)) }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
  }

  @Test(arguments: [1, 5, 31, 32, 33, 1_000])
  func findsADuplicateHoweverManyMembers(count: Int) {
    let members = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
    #expect(throws: Never.self) { try JSONValue(parsing: "{\(members)}") }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: "{\(members),\"k\(count / 2)\":1}") }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: "{\(members),\"\\u006b\(count / 2)\":1}") }
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: "{\"\\u006b\(count / 2)\":1,\(members)}") }
  }

  @Test func saysWhereTheFaultIs() {
    #expect(throws: JSONParseError(message: "expected a value", offset: 8)) { try JSONValue(parsing: "{\"a\":[1,}") }
  }
}
