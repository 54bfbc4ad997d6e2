package import Concurrency
package import HTTP
import JSON
package import Reporting
package import Values

/// RunPod by GraphQL: https://docs.runpod.io/sdks/graphql/manage-pods
///
/// Every value travels as a variable, and few fields are asked for: one unknown name makes RunPod refuse a whole call.
package struct GraphQLPodProvider: PodProvider {
  package var face: PodFace { .graphql }
  package let url: String
  package let identity: AccountIdentity

  private let apiKey: Secret
  let intake: Intake
  private let transport: any HTTPTransport
  private let time: TimeSource

  /// - Parameters:
  ///   - url: "https://api.runpod.io/graphql".
  ///   - identity: Shared by the APIs that the key is used for; nil: one of its own.
  package init(
    url: String,
    apiKey: Secret,
    transport: any HTTPTransport,
    time: TimeSource = .system,
    identity: AccountIdentity? = nil,
    intake: Intake = Intake("RunPod")
  ) {
    self.url = url
    self.apiKey = apiKey
    self.identity = identity ?? AccountIdentity(apiKey: apiKey)
    self.transport = transport
    self.time = time
    self.intake = intake
  }

  package func account() async throws -> Account {
    let user = try await run(.account)
    guard user.objectValue != nil else {
      // RunPod once answered so to a call without a key.
      throw Failure(.unauthorized, "RunPod does not know whose key this is.", hint: RunPodRefusal.keyAdvice)
    }
    return Account(
      id: heardId(user),
      email: intake.take(user["email"]?.stringValue, "the account's address", as: Label.self)?.rawValue,
      balance: user["clientBalance"]?.doubleValue,
      currentSpendPerHour: user["currentSpendPerHr"]?.doubleValue
    )
  }

  package func offers(_ query: OfferQuery) async throws -> [Offer] {
    query.offers(graphQL: try await run(query.graphQLOperation, variables: query.graphQLVariables), intake)
  }

  package func create(_ request: PodRequest, as candidate: PodCandidate) async throws -> RemotePod {
    var operation: GraphQLOperation = candidate.isSpot ? .rentInterruptible : .deployOnDemand
    var cpu: String?
    if let flavorId = request.cpuFlavorId {
      operation = .deployCPU
      cpu = try await size(flavorId, request.vcpuCount ?? PodRequest.fewestVcpus).instanceId
    }
    let answer = try await run(operation, request.graphQLInput(as: candidate, cpu: cpu))
    if answer.isNull {
      throw Failure(.noCapacity, "RunPod rented nothing and gave no reason.", hint: RunPodRefusal.capacityAdvice)
    }
    guard let pod = RemotePod(graphQL: answer, intake) else {
      throw Failure(.ambiguousOutcome, "RunPod answered the creation without the pod's id.")
    }
    return pod
  }

  package func pod(id: String) async throws -> RemotePod? {
    RemotePod(graphQL: try await run(.pod, ["podId": .string(id)]), intake)
  }

  package func pods() async throws -> PodList {
    let user = try await run(.pods)
    guard let pods = user["pods"]?.arrayValue else {
      // Not an empty list: whoever counts on it would believe that every pod is gone.
      throw Failure(.apiFailure, "RunPod answered without the list of pods.", hint: "Try again.")
    }
    _ = heardId(user)
    let known = pods.compactMap { RemotePod(graphQL: $0, intake) }
    return PodList(known, isComplete: known.count == pods.count)
  }

  /// The account's id in an answer about the user, which this client remembers.
  private func heardId(_ user: JSONValue) -> String? {
    let id = intake.take(user["id"]?.stringValue, "the account's id", as: Label.self)?.rawValue
    identity.hear(userId: id)
    return id
  }

  package func sshKeys() async throws -> [String] {
    PublicKeyLines.split((try await run(.sshKeys))["pubKey"]?.stringValue ?? "")
  }

  package func stop(id: String) async throws -> RemotePod? {
    RemotePod(graphQL: try await run(.stop, ["podId": .string(id)]), intake)
  }

  package func resume(id: String, gpuCount: Int, bidPerGpu: Double?) async throws -> RemotePod? {
    var input: JSONObject = ["podId": .string(id), "gpuCount": .integer(gpuCount)]
    if let bidPerGpu { input["bidPerGpu"] = JSONValue(bidPerGpu) }
    let answer = try await run(bidPerGpu == nil ? .resume : .resumeInterruptible, .object(input))
    return RemotePod(graphQL: answer, intake)
  }

  package func lowestBid(toResume id: String) async throws -> Double? {
    try await run(.lowestBid, ["podId": .string(id)])["lowestBidPriceToResume"]?.doubleValue
  }

  package func terminate(id: String) async throws {
    do {
      _ = try await run(.terminate, ["podId": .string(id)])
    } catch let failure as Failure where failure.kind == .notFound {}
  }

  package func logs(id: String, from: PodLogStart, output: @escaping @Sendable (PodLogLine) -> Void) async throws {
    throw Failure(
      .configurationInvalid,
      "RunPod's GraphQL API, which is in use, has no logs of pods.",
      hint:
        "Set RUNPOD_API to auto or rest: its REST API has them. What a program on the pod writes to a file is for ssh/exec."
    )
  }

  func run(_ operation: GraphQLOperation, _ input: JSONValue) async throws -> JSONValue {
    try await run(operation, variables: ["input": input])
  }

  /// One call: the value of the operation's field.
  func run(_ operation: GraphQLOperation, variables: JSONObject = [:]) async throws -> JSONValue {
    let body: JSONValue = ["query": .string(operation.document), "variables": .object(variables)]
    let request = HTTPRequest(
      method: "POST",
      url: url,
      headers: [
        (name: "Authorization", value: "Bearer \(apiKey.exposed)"),
        (name: "Content-Type", value: "application/json"),
        (name: "Accept", value: "application/json"),
      ],
      body: body.serialized(),
      timeout: operation.call.timeout,
      isRepeatable: operation.call.isRepeatable
    )
    let response: HTTPResponse
    do {
      response = try await transport.send(request, policy: operation.call.retries, time: time)
    } catch let failure as HTTPFailure {
      throw operation.call.failure(failure)
    }
    return try GraphQLAnswer(response).value(of: operation)
  }
}
