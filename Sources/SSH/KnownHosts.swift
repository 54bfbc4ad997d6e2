import FoundationEssentials
import Glibc
import Reporting
import Subprocess

/// The pinned host keys: a file for each pod, under a name that does not change with its address.
struct KnownHosts: Sendable, Hashable {
  let directory: String

  init(stateDirectory: String) {
    directory = "\(stateDirectory)/known_hosts"
  }

  static func alias(podId: String) -> String { "runpod-\(fileName(podId))" }

  func path(podId: String) -> String { "\(directory)/\(Self.fileName(podId))" }

  func isPinned(podId: String) -> Bool {
    var status = stat()
    return stat(path(podId: podId), &status) == 0 && status.st_size > 0
  }

  /// Makes the directory, private.
  ///
  /// - Throws: `Failure` of the kind `storeFailure`.
  func prepare() throws {
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

  func forget(podId: String) { unlink(path(podId: podId)) }

  /// The fingerprints of the keys pinned for a pod: `SHA256:…`.
  func fingerprints(podId: String) async throws -> [String] {
    let command = ChildCommand("ssh-keygen", ["-l", "-f", path(podId: podId)])
    let result = try await ChildProcess.run(command, timeout: .seconds(10))
    return result.outputText.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init)
    }
  }

  /// Pod ids are letters and digits; whatever else comes must not leave the directory.
  private static func fileName(_ podId: String) -> String {
    let name = podId.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }
    return name.first == "." ? "_" + String(name) : String(name)
  }
}
