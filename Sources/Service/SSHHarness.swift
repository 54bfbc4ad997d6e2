import Concurrency
import Environment
import JSON
import JSONRPC
import Outside
import Pods
import Reporting
import SSH
import ServiceProtocol
import Values

/// `ssh/*`.
struct SSHHarness: Sendable {
  let services: Services
  /// Of the commands that take more, by the id of their request.
  private let inputs = Locked<[RequestID: (CommandInput, OutputCoding)]>([:])

  init(services: Services) { self.services = services }

  func resolve(_ params: PodParams, _: RequestContext) async throws -> SSHResolve.Result {
    let target = try await services.target(params.podId)
    return SSHResolve.Result(
      host: target.host.rawValue,
      port: target.port.rawValue,
      username: target.username.rawValue
    )
  }

  func connect(_ params: SSHConnect.Params, _ context: RequestContext) async throws -> SSHConnect.Result {
    let first = Duration.limited(seconds: params.firstDelaySeconds)
    let policy = ConnectPolicy(
      attempts: params.attempts,
      attemptTimeout: .limited(seconds: params.attemptTimeoutSeconds),
      backoff: Backoff(first: first, limit: first * 16)
    )
    let target = try await services.target(params.podId)
    return SSHConnect.Result(
      connection: try await services.ssh().connect(
        target,
        policy: policy,
        acceptedHostKey: params.acceptHostKey,
        progress: context.progress
      )
    )
  }

  func command(_ params: PodParams, _: RequestContext) async throws -> SSHCommand.Result {
    let target = try await services.target(params.podId)
    return SSHCommand.Result(argv: try await services.ssh().command(target))
  }

  func config(_: NoParams, _: RequestContext) async throws -> SSHConfig.Result {
    let pods = try await services.pods().writeTextFile()
    let file = ConfigFile(path: try await services.settings().places.sshConfigFile)
    return SSHConfig.Result(
      path: file.path,
      line: file.line,
      isIncluded: file.isIncluded,
      hosts: ConfigHost.all(pods, username: .root, identityFile: nil).map { host in
        SSHConfig.Host(
          name: host.name,
          podId: host.target.podId,
          host: host.target.host.rawValue,
          port: host.target.port.rawValue
        )
      }
    )
  }

  func exec(
    _ params: SSHExec.Params,
    _ context: RequestContext
  ) throws -> @Sendable () async throws -> SSHExec.Result {
    let coding = OutputCoding(params.encoding)
    let input = params.openStdin ? CommandInput() : nil
    let request = try ExecRequest(params, input: input)
    if let input { inputs.withLock { $0[context.id] = (input, coding) } }
    return {
      defer { inputs.withLock { $0[context.id] = nil } }
      let target = try await services.target(params.podId)
      let stream = params.stream ? OutputStream(podId: params.podId, coding: coding, context: context) : nil
      let result = try await services.ssh().exec(target, request) { chunk in await stream?.send(chunk) }
      await stream?.finish()
      return SSHExec.Result(result, coding)
    }
  }

  func input(_ params: SSHInput.Params, _: RequestContext) throws -> @Sendable () async throws -> InputResult {
    let id = RequestID(params.requestId)
    guard let (input, coding) = inputs.withLock({ inputs in id.flatMap { inputs[$0] } }) else {
      throw Failure(
        .notFound,
        "No ssh/exec with the id \(params.requestId.text) takes input.",
        hint: "Begin it with openStdin; it may have ended since."
      )
    }
    let delivered = try input.send(coding.bytes(of: params.data, member: "data"), isLast: params.end)
    return { InputResult(delivered: try await delivered.wait()) }
  }

  func execMany(_ params: SSHExecMany.Params, _ context: RequestContext) async throws -> SSHExecMany.Result {
    let coding = OutputCoding(params.encoding)
    // Characters: ids are ASCII where they enter.
    let streams = Dictionary(
      params.podIds.map { ($0, OutputStream(podId: $0, coding: coding, context: context)) },
      uniquingKeysWith: { first, _ in first }
    )
    let results = try await services.ssh().execMany(
      params.podIds,
      maxParallel: params.maxParallel,
      target: { try await services.target($0) },
      ExecRequest(params),
      progress: context.progress
    ) { podId, chunk in
      if params.stream { await streams[podId]?.send(chunk) }
    }
    for stream in streams.values { await stream.finish() }
    return SSHExecMany.Result(
      outcomes: zip(params.podIds, results).map { podId, result in
        switch result {
        case .success(let result):
          SSHExecMany.Outcome(podId: podId, result: SSHExec.Result(result, coding), error: nil)
        case .failure(let error):
          SSHExecMany.Outcome(podId: podId, result: nil, error: ErrorObject(describing: error).json)
        }
      }
    )
  }

  func copy(_ params: SSHCopy.Params, _ context: RequestContext) async throws -> CopyResult {
    let request = CopyRequest(
      direction: params.direction,
      source: params.source,
      destination: params.destination,
      resumes: params.resume
    )
    let target = try await services.target(params.podId)
    return try await services.ssh().copy(target, request, progress: context.progress)
  }
}
