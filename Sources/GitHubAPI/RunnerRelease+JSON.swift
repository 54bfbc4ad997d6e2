import JSON
import Outside
import Reporting
import Values

extension RunnerRelease {
  /// - Parameters:
  ///   - json: A release of `actions/runner` as GitHub describes it.
  ///   - architecture: "x64" or "arm64".
  /// - Throws: `Failure(.apiFailure)` when the release has no such file, or does not say its checksum.
  init(_ json: JSONValue, architecture: String) throws {
    guard let tag = json["tag_name"]?.stringValue, let version = Self.version(ofTag: tag) else {
      throw Failure(.apiFailure, "GitHub's newest runner release has no version.")
    }
    let fileName = "actions-runner-linux-\(architecture)-\(version).tar.gz"
    let asset = json["assets"]?.arrayValue?.first { $0["name"]?.stringValue == fileName }
    guard let asset, let url = Self.link(asset["browser_download_url"]) else {
      throw Failure(
        .apiFailure,
        "Runner release \(version) has no file \(fileName).",
        hint: "Runners exist for x64 and arm64; a release in the making gets its files within minutes."
      )
    }
    let digest = asset["digest"]?.stringValue.flatMap(Self.checksum(fromDigest:))
    let notes = json["body"]?.stringValue ?? ""
    guard let sha256 = digest ?? Self.checksum(inNotes: notes, platform: "linux-\(architecture)") else {
      throw Failure(.apiFailure, "Runner release \(version) does not say the checksum of \(fileName).")
    }
    self.init(version: version, fileName: fileName, url: url, sha256: sha256)
  }

  /// - Parameters:
  ///   - downloads: What an enterprise server offers: an array of files by `os` and `architecture`.
  ///   - architecture: "x64" or "arm64".
  /// - Throws: `Failure(.apiFailure)` when there is none, or one without its checksum.
  init(downloads: JSONValue, architecture: String) throws {
    let offers = downloads.arrayValue ?? []
    let offer = offers.first { $0["os"]?.stringValue == "linux" && $0["architecture"]?.stringValue == architecture }
    let prefix = "actions-runner-linux-\(architecture)-"
    guard let offer, let url = Self.link(offer["download_url"]), let name = offer["filename"]?.stringValue,
      let version = name.bytes.after(prefix: prefix)?.before(".tar.gz").flatMap({ Self.version(ofTag: String($0)) })
    else { throw Failure(.apiFailure, "The server offers no runner for Linux on \(architecture).") }
    guard let sha256 = offer["sha256_checksum"]?.stringValue.flatMap({ Self.checksum($0) }) else {
      throw Failure(
        .apiFailure,
        "The server does not say the checksum of \(name).",
        hint: "Set version to install one of github.com's."
      )
    }
    self.init(version: version, fileName: name, url: url, sha256: sha256)
  }

  private static func version(ofTag tag: String) -> String? {
    let version = tag.bytes.after(prefix: "v").map(String.init) ?? tag
    let isVersion = !version.isEmpty && version.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    return isVersion ? version : nil
  }

  /// The pod fetches it.
  private static func link(_ value: JSONValue?) -> String? {
    value?.stringValue.flatMap { WebLink(rawValue: $0) }?.rawValue
  }

  private static func checksum(fromDigest digest: String) -> String? {
    digest.bytes.after(prefix: "sha256:").flatMap { checksum(String($0)) }
  }

  /// The checksum between the platform's own markers. Never the first one found: the notes list all platforms.
  static func checksum(inNotes notes: String, platform: String) -> String? {
    let begin = "<!-- BEGIN SHA \(platform) -->"
    let end = "<!-- END SHA \(platform) -->"
    guard let tail = notes.after(begin), let text = tail.before(end) else { return nil }
    return checksum(text.bytes.words.joined())
  }

  private static func checksum(_ text: String) -> String? {
    let lower = text.bytes.lowercased
    return lower.utf8.count == 64 && lower.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      ? lower : nil
  }
}

extension StringProtocol where SubSequence == Substring {
  fileprivate func after(_ marker: String) -> Substring? {
    guard let found = bytes.range(of: marker) else { return nil }
    return self[found.upperBound...]
  }

  fileprivate func before(_ marker: String) -> Substring? {
    guard let found = bytes.range(of: marker) else { return nil }
    return self[..<found.lowerBound]
  }
}
