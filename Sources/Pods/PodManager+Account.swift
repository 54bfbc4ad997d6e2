import Glibc
import Outside
import Reporting
package import RunPodAPI

/// What the account has beside pods, and what pods are rented with.
extension PodManager {
  package func networkVolumes() async throws -> [NetworkVolume] { try await provider.networkVolumes() }

  package func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume {
    try await provider.createNetworkVolume(name: name, sizeInGb: sizeInGb, dataCenterId: dataCenterId)
  }

  /// Deletes a volume with its files.
  ///
  /// - Throws: `Failure(.notFound)` when there is none.
  package func deleteNetworkVolume(_ id: String) async throws {
    guard try await provider.networkVolumes().contains(where: { $0.id.bytes == id.bytes }) else {
      throw Failure(.notFound, "There is no network volume \(id).", hint: "volumes/list shows what there is.")
    }
    try await provider.deleteNetworkVolume(id: id)
  }

  package func templates() async throws -> [PodTemplate] { try await provider.templates() }

  package func registryCredentials() async throws -> [RegistryCredential] {
    try await provider.registryCredentials()
  }

  /// - Parameter passwordFile: A file whose only content is the password.
  /// - Throws: `Failure(.configurationInvalid)` for a file that cannot be read, is empty or is larger than any password.
  package func createRegistryCredential(
    name: String,
    username: String,
    passwordFile: String
  ) async throws -> RegistryCredential {
    let password = try Self.password(in: passwordFile)
    return try await provider.createRegistryCredential(name: name, username: username, password: password)
  }

  /// - Throws: `Failure(.notFound)` when there are none of this id.
  package func deleteRegistryCredential(_ id: String) async throws {
    guard try await provider.registryCredentials().contains(where: { $0.id.bytes == id.bytes }) else {
      throw Failure(.notFound, "There are no credentials \(id).", hint: "registries/list shows what there is.")
    }
    try await provider.deleteRegistryCredential(id: id)
  }

  /// The file's text without the line break that editors put at its end.
  private static func password(in path: String) throws -> Secret {
    var bytes = Array(try SecretFile.read(path, param: "file").utf8)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.isEmpty else {
      throw Failure(
        .configurationInvalid,
        "Invalid value for file: \"\(path)\" holds no password.",
        hint: "Name a file with the password and nothing else."
      )
    }
    return Secret(String(decoding: bytes, as: UTF8.self))
  }
}
