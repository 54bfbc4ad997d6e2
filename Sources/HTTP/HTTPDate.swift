package import FoundationEssentials
import Outside

/// The time in a `Date` header: "Mon, 30 Nov 2026 08:12:00 GMT" (RFC 9110, section 5.6.7).
package enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Returns: nil for anything but a time in the form that servers have to send.
  package static func parse(_ text: String) -> Date? {
    let words = text.bytes.split(" ")
    guard words.count == 6, words[5] == "GMT", words[0].utf8.last == UInt8(ascii: ","),
      let month = months.firstIndex(where: { $0.bytes == words[2].bytes }),
      let day = number(words[1], digits: 2), let year = number(words[3], digits: 4)
    else { return nil }
    let clock = words[4].bytes.split(":", keepsEmpty: true).map { number($0, digits: 2) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2] else { return nil }
    guard 1...31 ~= day, hour < 24, minute < 60, second <= 60 else { return nil }
    let seconds = ((days(year, month + 1, day) * 24 + hour) * 60 + minute) * 60 + second
    return Date(timeIntervalSince1970: TimeInterval(seconds))
  }

  private static func number(_ text: some StringProtocol, digits: Int) -> Int? {
    text.utf8.count == digits && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
  }

  /// Days from 1 January 1970 on, in the Gregorian calendar: http://howardhinnant.github.io/date_algorithms.html
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }
}
