import Foundation
import JSON

/// Measures one implementation of JSON on one text:
///
///     json-speed ours|foundation parse|write FILE SECONDS
///
/// and prints how many bytes of the text it goes through a second. Both turn bytes into a tree or a tree into bytes.
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let seconds = Double(arguments[4]) else { exit(64) }
    let text = try Data(contentsOf: URL(fileURLWithPath: arguments[3]))
    let bytes = [UInt8](text)
    let once: () throws -> Int
    switch (arguments[1], arguments[2]) {
    case ("ours", "parse"): once = { try JSONValue(parsing: bytes).isNull ? 0 : 1 }
    case ("ours", "write"):
      let value = try JSONValue(parsing: bytes)
      once = { value.serialized().count }
    case ("foundation", "parse"): once = { try JSONSerialization.jsonObject(with: text) is NSNull ? 0 : 1 }
    case ("foundation", "write"):
      let value = try JSONSerialization.jsonObject(with: text)
      once = { try JSONSerialization.data(withJSONObject: value).count }
    default: exit(64)
    }
    print(Double(bytes.count) * (try timesPerSecond(once, batch: max(1, 65536 / bytes.count), for: seconds)))
  }

  /// Runs `once` over and over, looking at the clock once a batch.
  private static func timesPerSecond(_ once: () throws -> Int, batch: Int, for seconds: Double) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var times = 0
    var sum = 0
    while clock.now - start < .seconds(seconds) {
      for _ in 0..<batch { sum += try once() }
      times += batch
    }
    precondition(sum > 0)
    return Double(times) / ((clock.now - start) / .seconds(1))
  }
}
