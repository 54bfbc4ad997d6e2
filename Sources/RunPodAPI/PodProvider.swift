/// The door to RunPod, whichever of its APIs is behind it. Every function throws `Failure` or `CancellationError`.
package protocol PodProvider: Sendable {
  /// What is there on the other side, at present.
  var face: PodFace { get }

  /// Where it is asked.
  var url: String { get }

  /// Whose key it is: the check that it is good.
  func account() async throws -> Account

  /// What there is to rent, and for how much.
  func offers(_ query: OfferQuery) async throws -> [Offer]

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

  /// USD an hour for each GPU from which on a stopped spot pod can be resumed; nil when RunPod does not say.
  func lowestBid(toResume id: String) async throws -> Double?

  /// Ends the pod. One that is not there is a success; that it is gone is for the list to prove.
  func terminate(id: String) async throws

  /// What the pod's container and its host have said, and say from now on. RunPod need not end the stream.
  ///
  /// - Parameter output: Gets each line as it comes; must not block.
  /// - Throws: `Failure(.configurationInvalid)` where RunPod has no logs; `Failure(.notFound)` when there is no such pod.
  func logs(id: String, from start: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws
}
