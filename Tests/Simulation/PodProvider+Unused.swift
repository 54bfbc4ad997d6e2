package import Reporting
package import RunPodAPI

/// What simulated accounts have nothing of.
extension PodProvider {
  package func sshKeys() async throws -> [String] { [] }

  package func cpuOffer(flavorId: String, vcpuCount: Int) async throws -> CPUOffer { throw Unused() }
  package func restart(id: String) async throws -> RemotePod? { throw Unused() }
  package func update(id: String, _ edit: PodEdit) async throws -> RemotePod? { throw Unused() }
  package func networkVolumes() async throws -> [NetworkVolume] { [] }
  package func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume {
    throw Unused()
  }
  package func deleteNetworkVolume(id: String) async throws { throw Unused() }
  package func templates() async throws -> [PodTemplate] { [] }
  package func registryCredentials() async throws -> [RegistryCredential] { [] }
  package func createRegistryCredential(
    name: String,
    username: String,
    password: Secret
  ) async throws -> RegistryCredential { throw Unused() }
  package func deleteRegistryCredential(id: String) async throws { throw Unused() }
}

struct Unused: Error {}
