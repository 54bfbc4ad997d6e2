import Testing
import Values

@Suite struct VisibleTextTests {
  @Test func aTerminalShowsAllAndObeysNothing() {
    #expect("a\u{1b}[31mé\u{301} 🚀".visible == "a<U+001B>[31mé\u{301} 🚀")
    #expect("a\r\nb\tc\u{0}".visible == "a  b c<U+0000>")
    #expect("\u{7f}\u{9b}\u{202e}\u{2066}\u{2028}\u{61c}".visible == "<U+007F><U+009B><U+202E><U+2066><U+2028><U+061C>")
    #expect("plain".visible == "plain")
  }

  /// No character of Unicode that is a control gets through, and no other one is changed.
  @Test func everyScalar() {
    let wrong = (UInt32(0)...0x10ffff).compactMap(Unicode.Scalar.init).filter { scalar in
      let text = "\(scalar)"
      let mustChange = scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
      return (text.visible == text) == scalar.isTerminalControl || mustChange && !scalar.isTerminalControl
    }
    #expect(wrong == [])
  }

  @Test func jsonSaysTheSame() { #expect("{\"a\":\"\u{202e}\u{7f}\"}".visibleJSON == #"{"a":"\u202E\u007F"}"#) }
}
