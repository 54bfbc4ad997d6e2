import Concurrency
import JSON
import Reporting
import SSH
import ServiceProtocol

/// `ssh/*`.
struct SSHHarness: Sendable {
  let services: Services

  func resolve(_ params: PodParams, _: RequestContext) async throws -> SSHResolve.Result {
    let target = try await services.target(params.podId)
    return SSHResolve.Result(host: target.host, port: target.port, username: target.username)
  }

  func connect(_ params: SSHConnect.Params, _ context: RequestContext) async throws -> SSHConnect.Result {
    let first = Duration.seconds(params.firstDelaySeconds)
    let policy = ConnectPolicy(
      attempts: params.attempts,
      attemptTimeout: .seconds(params.attemptTimeoutSeconds),
      backoff: Backoff(first: first, limit: first * 16)
    )
    let target = try await services.target(params.podId)
    return SSHConnect.Result(
      connection: try await services.ssh().connect(target, policy: policy, progress: context.progress)
    )
  }

  func command(_ params: PodParams, _: RequestContext) async throws -> SSHCommand.Result {
    let target = try await services.target(params.podId)
    return SSHCommand.Result(argv: try await services.ssh().command(target))
  }

  func exec(_ params: SSHExec.Params, _ context: RequestContext) async throws -> SSHExec.Result {
    let coding = OutputCoding(params.encoding)
    let stdin = try coding.bytes(of: params.stdin)
    let timeout = params.timeoutSeconds.map { Duration.seconds($0) }
    let request =
      switch params.command {
      case .text(let command):
        ExecRequest(
          command: command,
          stdin: stdin,
          environment: params.env,
          timeout: timeout,
          captureLimit: params.captureLimit
        )
      case .arguments(let arguments):
        ExecRequest(
          arguments: arguments,
          stdin: stdin,
          environment: params.env,
          timeout: timeout,
          captureLimit: params.captureLimit
        )
      }
    let target = try await services.target(params.podId)
    let stream = params.stream ? OutputStream(podId: params.podId, coding: coding, context: context) : nil
    let result = try await services.ssh().exec(target, request) { chunk in stream?.send(chunk) }
    stream?.finish()
    return SSHExec.Result(
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: coding.text(of: result.stdout),
      stderr: coding.text(of: result.stderr),
      truncated: result.truncated
    )
  }

  func copy(_ params: SSHCopy.Params, _ context: RequestContext) async throws -> CopyResult {
    let request = CopyRequest(direction: params.direction, source: params.source, destination: params.destination)
    let target = try await services.target(params.podId)
    return try await services.ssh().copy(target, request, progress: context.progress)
  }
}
