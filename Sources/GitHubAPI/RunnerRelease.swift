/// A published version of the runner for one architecture.
package struct RunnerRelease: Codable, Sendable, Hashable {
  /// "2.338.0".
  package var version: String
  /// "actions-runner-linux-x64-2.338.0.tar.gz".
  package var fileName: String
  /// Needs no key.
  package var url: String
  /// 64 hexadecimal digits, in lower case.
  package var sha256: String

  package init(version: String, fileName: String, url: String, sha256: String) {
    self.version = version
    self.fileName = fileName
    self.url = url
    self.sha256 = sha256
  }
}
