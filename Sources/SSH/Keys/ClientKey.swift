import FoundationEssentials
import Glibc
import Reporting
import Subprocess
import Values

/// The key with which we log in on pods.
package enum ClientKey {
  /// Larger than any key.
  private static let longest = 1 << 20

  /// The line for `authorized_keys`, after making sure that the key can be used and that the `.pub` beside it, which OpenSSH
  /// believes, is its other half.
  ///
  /// - Parameter path: A private key, or a public one whose other half an agent holds; nil: the pods get the keys that are
  ///   registered at RunPod.
  /// - Returns: nil also for a key in PEM with a passphrase and without a `.pub`: nothing tells its public half.
  /// - Throws: `Failure(.environmentIncomplete)` that says what is wrong with the key and what to do.
  package static func publicLine(_ path: String?) async throws -> String? {
    guard let path else { return nil }
    try check(path)
    let file = KeyFile(try contents(path))
    let ownHalf: PublicKey?
    switch file {
    case .unusable(let fault): throw unusable(path, fault.words, fault.advice(path))
    case .publicKey(let key):
      guard await isInAgent(key) else {
        throw unusable(
          path,
          "is a public key, and no SSH agent holds its private half",
          "Set SSH_KEY_PATH to the private key, or run ssh-add for it."
        )
      }
      return key.line
    case .openSSH(let key): ownHalf = key
    case .pem:
      let result = try await ChildProcess.run(
        ChildCommand("ssh-keygen", ["-y", "-P", "", "-f", path]),
        timeout: .seconds(10)
      )
      ownHalf = PublicKey(line: Array(result.outputText.utf8))
    }
    try checkMode(path)
    let beside = "\(path).pub"
    guard access(beside, F_OK) == 0 else { return ownHalf?.line }
    let line = try? contents(beside)
    let told = line.flatMap { PublicKey(line: $0) }
    guard let told, ownHalf == nil || told == ownHalf else {
      throw Failure(
        .environmentIncomplete,
        "\(beside.visible) is not the public half of \(path.visible).",
        hint: "Make it anew: ssh-keygen -y -f \(path.visible) > \(beside.visible)",
        details: ["path": beside]
      )
    }
    return told.line
  }

  /// - Throws: `Failure(.environmentIncomplete)` when there is no such file or we may not read it.
  static func check(_ path: String?) throws {
    guard let path, access(path, R_OK) != 0 else { return }
    throw Failure(
      .environmentIncomplete,
      "The SSH key \(path.visible) cannot be read: \(SystemError("access").reason).",
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

  private static func contents(_ path: String) throws -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw unusable(path, "cannot be read", "See whether it is there.") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a file"
      throw unusable(path, "is \(kind)", "Set SSH_KEY_PATH to the private key itself, such as \(path)/id_ed25519.")
    }
    guard status.st_size <= longest, let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw unusable(path, "is no key: it has \(status.st_size) bytes", "Set SSH_KEY_PATH to a private key.")
    }
    return Array(data)
  }

  /// OpenSSH does not use a key of ours that others can read (`sshkey_perm_ok` in authfile.c).
  private static func checkMode(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 != 0 else { return }
    let mode = String(status.st_mode & 0o777, radix: 8)
    throw unusable(path, "can be read by others (mode \(mode)), and OpenSSH does not use it", "Run chmod 600 \(path)")
  }

  private static func isInAgent(_ key: PublicKey) async -> Bool {
    guard ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"] != nil else { return false }
    let result = try? await ChildProcess.run(ChildCommand("ssh-add", ["-L"]), timeout: .seconds(5))
    let lines = result?.outputText.utf8.split(separator: UInt8(ascii: "\n")) ?? []
    return lines.contains { PublicKey(line: Array($0)) == key }
  }

  private static func unusable(_ path: String, _ what: String, _ advice: String) -> Failure {
    Failure(
      .environmentIncomplete,
      "The SSH key \(path.visible) \(what).",
      hint: advice.visible,
      details: ["path": path]
    )
  }
}
