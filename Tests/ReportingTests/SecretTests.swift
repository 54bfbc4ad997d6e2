import Reporting
import Testing

@Suite struct SecretTests {
  @Test func noWayOfPrintingShowsTheValue() {
    let secret = Secret("rpa_0123456789")
    var dumped = ""
    dump([secret], to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("rpa_"))
      #expect(text.contains("••••"))
    }
  }
}
