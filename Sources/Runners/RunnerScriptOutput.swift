import Outside
import Reporting

/// What `runner.sh` has said so far, read from its standard output as it comes, with secrets masked. The script's head describes the
/// lines.
struct RunnerScriptOutput: Sendable {
  enum Verdict: Sendable, Hashable {
    case done
    case failure(kind: String, text: String)
  }

  /// What there is to pass on at once.
  enum Event: Sendable, Hashable {
    case progress(Progress.Update)
    case log(String)
  }

  /// What was found out, by name. What is empty was not.
  struct Facts: Sendable, Hashable {
    fileprivate(set) var all: [String: String] = [:]

    subscript(name: String) -> String? {
      all[name].flatMap { $0.isEmpty ? nil : $0 }
    }
  }

  private(set) var facts = Facts()
  /// One for each runner, of a command about several.
  private(set) var runners: [Facts] = []
  private(set) var warnings: [String] = []
  private(set) var verdict: Verdict?
  private let scrub: Scrubber
  private var pending: [UInt8] = []

  init(scrub: Scrubber = Scrubber()) { self.scrub = scrub }

  /// Takes in bytes, cut anywhere.
  mutating func consume(_ bytes: [UInt8]) -> [Event] {
    pending += bytes
    var events: [Event] = []
    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      if let event = read(scrub(String(decoding: pending[..<end], as: UTF8.self))) { events.append(event) }
      pending.removeSubrange(...end)
    }
    return events
  }

  private mutating func read(_ line: String) -> Event? {
    let (word, rest) = Self.pair(line, at: " ")
    switch word {
    case "@progress":
      let (percent, message) = Self.pair(rest, at: " ")
      return Double(percent).map { .progress(.init(message: message, fraction: min(max($0 / 100, 0), 1))) }
    case "@log": return .log(rest)
    case "@runner": runners.append(Facts())
    case "@fact":
      let (name, value) = Self.pair(rest, at: "=")
      let words = value.bytes.split(" ").joined(separator: " ")
      if runners.isEmpty { facts.all[name] = words } else { runners[runners.count - 1].all[name] = words }
    case "@warning": warnings.append(rest)
    case "@failure":
      let (kind, text) = Self.pair(rest, at: " ")
      verdict = .failure(kind: kind, text: text)
    case "@done": verdict = .done
    default: break
    }
    return nil
  }

  private static func pair(_ text: String, at separator: Unicode.Scalar) -> (String, String) {
    let parts = text.bytes.split(separator, most: 1, keepsEmpty: true)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }
}
