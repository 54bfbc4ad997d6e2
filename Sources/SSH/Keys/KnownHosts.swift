import FoundationEssentials
import Glibc
import Reporting
import Subprocess
import Values

/// The pinned host keys: a file for each pod at each address, under a name that is the pod's everywhere.
///
/// A pod gets another address only by being stopped and started, which wipes its disk and its host keys with it: a new
/// address begins without a pin. At the same address another key is another host.
struct KnownHosts: Sendable, Hashable {
  private let directory: String

  init(stateDirectory: String) {
    directory = "\(stateDirectory)/known_hosts"
  }

  static func alias(podId: String) -> String { "runpod-\(fileName(podId))" }

  func path(_ target: SSHTarget) -> String {
    "\(directory(podId: target.podId))/\(Self.fileName(target.host.rawValue))_\(target.port)"
  }

  func isPinned(_ target: SSHTarget) -> Bool {
    var status = stat()
    return stat(path(target), &status) == 0 && status.st_size > 0
  }

  /// Makes the file's directory, private.
  ///
  /// - Throws: `Failure` of the kind `storeFailure`.
  func prepare(_ target: SSHTarget) throws {
    let directory = directory(podId: target.podId)
    do {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    } catch {
      throw Failure(.storeFailure, "\(directory) cannot be made.", details: ["path": directory])
    }
  }

  func forget(podId: String) { try? FileManager.default.removeItem(atPath: directory(podId: podId)) }

  /// The next key that is seen is pinned, unless this one is taken back.
  func setAside(_ target: SSHTarget) { rename(path(target), pathAside(target)) }

  func takeBack(_ target: SSHTarget) { rename(pathAside(target), path(target)) }

  /// What to ask for first where a pin is set aside for the key that was then offered, as `HostKeyAlgorithms` has it: the
  /// same key has to be offered again. `ssh` asked for the pin's kind then, as it does with every pin.
  func algorithmsAside(_ target: SSHTarget) -> String? {
    guard !isPinned(target) else { return nil }
    let aside = try? String(contentsOf: URL(filePath: pathAside(target)), encoding: .utf8)
    return aside?.split(separator: " ").dropFirst().first.map { kind in
      kind == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : String(kind)
    }
  }

  /// The fingerprints of the keys that are pinned: `SHA256:…`.
  func fingerprints(_ target: SSHTarget) async throws -> [String] {
    let command = ChildCommand("ssh-keygen", ["-l", "-f", path(target)])
    let result = try await ChildProcess.run(command, timeout: .seconds(10))
    return result.outputText.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init)
    }
  }

  private func pathAside(_ target: SSHTarget) -> String { "\(path(target)).before" }

  private func directory(podId: String) -> String { "\(directory)/\(Self.fileName(podId))" }

  /// Ids are letters and digits; whatever else comes must not leave the directory.
  private static func fileName(_ text: String) -> String {
    let name = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }
    return name.first == "." ? "_" + String(name) : String(name)
  }
}
