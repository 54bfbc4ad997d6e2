import FoundationEssentials
import HTTP
import Testing

@Suite struct HTTPDateTests {
  @Test(arguments: [
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Fri, 15 Jan 2027 08:00:00 GMT", 1_800_000_000),
    ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
  ]) func aTimeIsRead(text: String, seconds: Int) {
    #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  @Test(arguments: [
    "", "now", "1800000000", "Fri, 15 Jan 2027 08:00:00 UTC", "Fri, 15 Jan 2027 08:00 GMT",
    "Fri, 15 Jan 2027 8:00:00 GMT",
    "Fri, 15 Jan 2027 25:00:00 GMT", "Fri, 99 Jan 2027 08:00:00 GMT", "Fri, 15 Foo 2027 08:00:00 GMT",
    "Fri, 15 Jan ２０２７ 08:00:00 GMT", "Friday, 15-Jan-27 08:00:00 GMT", "Fri, 15 Jan 99999 08:00:00 GMT",
  ]) func anythingElseIsNoTime(text: String) { #expect(HTTPDate.parse(text) == nil) }
}
