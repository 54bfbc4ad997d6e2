import Glibc
import Reporting
import Subprocess

/// The user's private key, as far as it can be judged before and after a server refused it.
enum ClientKey {
  /// - Throws: `Failure` of the kind `environmentIncomplete` when there is no such file or we may not read it.
  static func check(_ path: String?) throws {
    guard let path, access(path, R_OK) != 0 else { return }
    throw Failure(
      .environmentIncomplete,
      "The SSH key \(path) cannot be read: \(SystemError("access").reason).",
      hint: "Set SSH_KEY_PATH to the private key whose public half the pod knows.",
      details: ["path": path]
    )
  }

  /// Whether a passphrase protects the key, which nobody is there to type.
  static func isProtected(_ path: String) async -> Bool {
    let command = ChildCommand("ssh-keygen", ["-y", "-P", "", "-f", path])
    let result = try? await ChildProcess.run(command, timeout: .seconds(10))
    return result?.errorText.contains("incorrect passphrase") == true
  }
}
