import Outside
import Reporting

/// What a runner is called, checked before anything is done with it, and how one of ours can be told from others.
enum RunnerIdentity {
  private static let mark = "runpod-pod-"

  /// The label that every runner on a pod gets besides its own. It tells whose a registration is when nobody else can: after the
  /// pod is gone, on another machine, without our books.
  static func label(ofPod podId: String) -> String { mark + podId }

  /// The pod that a registration belongs to; nil for one that is none of ours.
  static func podId(ofLabels labels: [String]) -> String? {
    let isId = { (id: Substring) in !id.isEmpty && id.utf8.allSatisfy(isPlain) }
    return labels.lazy.compactMap { $0.bytes.after(prefix: mark) }.first(where: isId).map(String.init)
  }

  /// The name of a pod's runner when nobody has given it one.
  static func defaultName(onPod podId: String) -> String { "runpod-" + podId }

  /// - Throws: `Failure` of the kind `configurationInvalid`.
  static func checked(name: String) throws -> String {
    let good = !name.isEmpty && name.utf8.count <= 64 && !name.bytes.hasPrefix("-") && name.utf8.allSatisfy(isPlain)
    guard good, ![".", ".."].contains(name) else {
      throw Failure(
        .configurationInvalid,
        "\"\(name)\" cannot name a runner.",
        hint: "Use up to 64 letters, digits, dots, hyphens and underscores."
      )
    }
    return name
  }

  /// Labels without blanks around them, each once.
  ///
  /// - Throws: `Failure` of the kind `configurationInvalid`.
  static func checked(labels: [String]) throws -> [String] {
    var result: [String] = []
    for label in labels {
      let words = label.bytes.split(" ").joined(separator: " ")
      let control = words.unicodeScalars.contains { $0.value < 32 }
      guard !words.isEmpty, words.unicodeScalars.count <= 256, !words.bytes.contains(","), !words.bytes.hasPrefix("-"),
        !control
      else {
        throw Failure(
          .configurationInvalid,
          "\"\(label)\" cannot be a label.",
          hint: "Use up to 256 characters without commas, not beginning with a hyphen."
        )
      }
      if !result.contains(where: { $0.bytes.lowercased.bytes == words.bytes.lowercased.bytes }) { result.append(words) }
    }
    return result
  }

  /// Names of Debian's packages: https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
  ///
  /// - Throws: `Failure` of the kind `configurationInvalid`.
  static func check(package: String) throws {
    let isFirst = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) }
    guard let first = package.utf8.first, isFirst(first),
      package.utf8.allSatisfy({ isFirst($0) || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains($0) })
    else { throw Failure(.configurationInvalid, "\"\(package)\" cannot be a package of the distribution.") }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
