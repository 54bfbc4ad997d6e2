import Outside
import Testing

@Suite struct ByteTextTests {
  @Test func twoFormsOfALetterAreTwoTexts() {
    #expect("\u{E9}" == "e\u{301}")
    #expect("\u{E9}".bytes != "e\u{301}".bytes)
    #expect(Set(["\u{E9}".bytes, "e\u{301}".bytes]).count == 2)
    // Two orders of the same marks have as many bytes.
    #expect("a\u{323}\u{302}".bytes != "a\u{302}\u{323}".bytes)
    // The three signs of ASCII that others are canonically equivalent to.
    #expect("K" == "\u{212A}" && ";" == "\u{37E}" && "`" == "\u{1FEF}")
    #expect("K".bytes != "\u{212A}".bytes)
    #expect("plain".bytes == "a plain text".dropFirst(2).dropLast(5).bytes)
  }

  @Test func aMarkOrALineFeedHidesNothing() {
    #expect("~/\u{301}x".bytes.hasPrefix("~/"))
    #expect("a\r\n".bytes.hasSuffix("\n"))
    #expect("it'\u{301}s".bytes.contains("'"))
    #expect(
      "it'\u{301}s".bytes.split("'").map { Array($0.utf8) } == [[105, 116], [0xCC, 0x81, 115]]
    )
    #expect("a\r\nb".bytes.split("\n") == ["a\r", "b"])
    #expect("a\r\nb\n\nc\rd\u{2028}e".bytes.lines == ["a", "b", "c", "d\u{2028}e"])
  }

  @Test func cutsWhereItIsTold() {
    #expect("a//b/c".bytes.split("/") == ["a", "b", "c"])
    #expect("a//b/c".bytes.split("/", most: 1, keepsEmpty: true) == ["a", "/b/c"])
    #expect("a::b:::c".bytes.parts(between: "::") == ["a", "b", ":c"])
    #expect("x".bytes.parts(between: "::") == ["x"])
    #expect("aab".bytes.range(of: "ab").map { "aab"["aab".startIndex..<$0.lowerBound] } == "a")
    #expect("abc".bytes.range(of: "abcd") == nil)
    #expect("sha256:AB".bytes.after(prefix: "sha256:") == "AB")
    #expect("a.git".bytes.before(suffix: ".git") == "a")
    #expect("a".bytes.before(suffix: ".git") == nil)
    #expect("one two one".bytes.replacing("one", with: "1") == "1 two 1")
    #expect(" \t a b\r\n".bytes.trimmed == "a b")
    #expect(" a  b\u{A0}c\n".bytes.words == ["a", "b\u{A0}c"])
    #expect("RunPod-\u{C9}\u{212A}".bytes.lowercased.bytes == "runpod-\u{C9}\u{212A}".bytes)
    #expect("a".bytes < "\u{E9}".bytes)
  }
}
