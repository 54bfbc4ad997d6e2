package import Reporting

/// The door to RunPod, whichever of its APIs is behind it. Every function throws `Failure` or `CancellationError`.
package protocol PodProvider: Sendable {
  /// What is there on the other side, at present.
  var face: PodFace { get }

  /// Where it is asked.
  var url: String { get }

  /// Whose key it is, as far as answers have told.
  var identity: AccountIdentity { get }

  /// Whose key it is: the check that it is good.
  func account() async throws -> Account

  /// The public SSH keys that are registered with the account, which RunPod gives to pods that bring no `PUBLIC_KEY`.
  func sshKeys() async throws -> [String]

  /// What there is to rent, and for how much.
  func offers(_ query: OfferQuery) async throws -> [Offer]

  /// What a CPU pod of this kind costs.
  ///
  /// - Throws: `Failure(.configurationInvalid)` that lists the kinds when there is no such one.
  func cpuOffer(flavorId: String, vcpuCount: Int) async throws -> CPUOffer

  /// Rents a pod: one call, never repeated. An answer that does not tell whether there is a pod is
  /// `Failure(.ambiguousOutcome)`.
  func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod

  /// The pod, nil when RunPod does not know it.
  func pod(id: String) async throws -> RemotePod?

  /// All pods of the account. One that was just made can be missing for a short time.
  func pods() async throws -> PodList

  func stop(id: String) async throws -> RemotePod?

  /// - Parameter bidPerGpu: USD an hour; given, the pod is resumed as a spot pod.
  func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod?

  /// Starts the pod's container anew where it is, on an empty container disk.
  ///
  /// - Throws: `Failure(.configurationInvalid)` where the API has no such call.
  func restart(id: String) async throws -> RemotePod?

  func update(id: String, _ edit: PodEdit) async throws -> RemotePod?

  /// USD an hour for each GPU from which on a stopped spot pod can be resumed; nil when RunPod does not say.
  func lowestBid(toResume id: String) async throws -> Double?

  /// Ends the pod. One that is not there is a success; that it is gone is for the list to prove.
  func terminate(id: String) async throws

  func networkVolumes() async throws -> [NetworkVolume]

  func createNetworkVolume(name: String, sizeInGb: Int, dataCenterId: String) async throws -> NetworkVolume

  /// Deletes a volume with its files.
  ///
  /// - Throws: `Failure(.notFound)` when there is none.
  func deleteNetworkVolume(id: String) async throws

  /// The account's own templates.
  func templates() async throws -> [PodTemplate]

  func registryCredentials() async throws -> [RegistryCredential]

  func createRegistryCredential(name: String, username: String, password: Secret) async throws -> RegistryCredential

  func deleteRegistryCredential(id: String) async throws

  /// What the pod's container and its host have said, and say from now on. RunPod need not end the stream.
  ///
  /// - Parameter output: Gets each line as it comes; must not block.
  /// - Throws: `Failure(.configurationInvalid)` where RunPod has no logs; `Failure(.notFound)` when there is no such pod.
  func logs(id: String, from start: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws
}
