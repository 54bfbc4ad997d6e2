import FoundationEssentials
import Glibc
import Reporting
import Subprocess

/// Which private key opens the pods.
package enum Identity {
  /// Those that the client looks for itself, in its order.
  private static let defaultNames = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa"]

  /// The user's choice; nil when the user's agent or `~/.ssh` has keys, which the client finds by itself; else a key
  /// that is made for this service and has no passphrase.
  ///
  /// - Parameters:
  ///   - path: What the user has set.
  ///   - home: Where the client looks for `.ssh`; nil: the home directory of the user database, as it does.
  /// - Throws: `Failure` of the kinds `environmentIncomplete` and `storeFailure`.
  package static func choose(_ path: String?, stateDirectory: String, home: String? = nil) async throws -> String? {
    if let path { return path }
    let home = home ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } ?? ""
    if defaultNames.contains(where: { access("\(home)/.ssh/\($0)", R_OK) == 0 }) { return nil }
    if await hasAgentKeys() { return nil }
    return try await ownKey(in: stateDirectory)
  }

  private static func hasAgentKeys() async -> Bool {
    guard ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"] != nil else { return false }
    let result = try? await ChildProcess.run(ChildCommand("ssh-add", ["-l"]), timeout: .seconds(5))
    return result?.exit.isSuccess == true
  }

  private static func ownKey(in directory: String) async throws -> String {
    let path = "\(directory)/id_ed25519"
    if access(path, F_OK) == 0 { return path }
    try? FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    // Several servers may be here at once: the first key that gets its name counts. Its public half is told by itself.
    let draft = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    defer { for suffix in ["", ".pub"] { unlink(draft + suffix) } }
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", "runpod-rpc", "-f", draft]
    let made = try await ChildProcess.run(ChildCommand("ssh-keygen", arguments), timeout: .seconds(30))
    guard made.exit.isSuccess, link(draft, path) == 0 || errno == EEXIST else {
      throw Failure(
        .storeFailure,
        "No key for pods can be made in \(directory): \(made.errorText.split(separator: "\n").last ?? "it is not writable").",
        hint: "Set SSH_KEY_PATH to a private key of yours.",
        details: ["path": path]
      )
    }
    return path
  }
}
