import FoundationEssentials
import JSON
import Outside
package import Reporting
import Values

/// A runner that GitHub has registered before it exists, and the files that make a machine this runner.
package struct JITRegistration: Sendable, Hashable {
  package var runner: GitHubRunner
  /// By their names in the runner's directory; contents are base64. The private key is among them.
  package var files: [String: Secret]

  package init(runner: GitHubRunner, files: [String: Secret]) {
    self.runner = runner
    self.files = files
  }
}

extension JITRegistration {
  /// - Parameter json: `{"runner": …, "encoded_jit_config": …}`. The latter is base64 of an object of file names and contents, as
  ///   the runner itself takes it: https://github.com/actions/runner/blob/main/src/Runner.Listener/Runner.cs
  /// - Throws: `Failure(.apiFailure)`.
  init(_ json: JSONValue, _ intake: Intake) throws {
    guard let runner = json["runner"].flatMap({ GitHubRunner($0, intake) }),
      let data = json["encoded_jit_config"]?.stringValue.flatMap({ Data(base64Encoded: $0) }),
      let files = (try? JSONValue(parsing: Array(data)))?.objectValue, files[".runner"] != nil
    else { throw Failure(.apiFailure, "GitHub's answer has no configuration for a runner.") }
    var contents: [String: Secret] = [:]
    for (name, content) in files {
      guard Self.isName(name), let text = content.stringValue, Data(base64Encoded: text) != nil else {
        throw Failure(.apiFailure, "GitHub's configuration for a runner has a file that is none.")
      }
      contents[name] = Secret(text)
    }
    self.init(runner: runner, files: contents)
  }

  /// They end up in paths on a pod.
  private static func isName(_ text: String) -> Bool {
    text.bytes.hasPrefix(".") && text.utf8.count > 1
      && text.utf8.dropFirst().allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
  }
}
