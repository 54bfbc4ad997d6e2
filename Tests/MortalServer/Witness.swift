import HTTP
import Reporting
import Runners
import SSH
import Service
import Workflows

/// Sees every write to the state file and everything that is done to the world, right before and right after it.
struct Witness: Sendable {
  let see: @Sendable (_ effect: String, _ moment: String) -> Void

  var doors: Doors {
    var doors = Doors()
    doors.transport = { WitnessedTransport(transport: $0, witness: self) }
    doors.shell = { WitnessedShell(shell: $0, witness: self) }
    doors.access = { WitnessedAccess(access: $0, witness: self) }
    doors.write = { see("write", "\($0)") }
    return doors
  }

  func seeing<Result>(_ effect: String, _ body: () async throws -> Result) async throws -> Result {
    see(effect, "before")
    let result = try await body()
    see(effect, "after")
    return result
  }
}

private struct WitnessedTransport: HTTPTransport {
  let transport: any HTTPTransport
  let witness: Witness

  func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    try await witness.seeing("\(request.method) \(request.safeURL)") { try await transport.send(request, sink: sink) }
  }
}

private struct WitnessedShell: PodShell {
  let shell: any PodShell
  let witness: Witness

  func run(
    podId: String,
    script: [UInt8],
    timeout: Duration,
    output: @escaping @Sendable (ExecOutput) async -> Void
  ) async throws -> ExecResult {
    try await witness.seeing("script") {
      try await shell.run(podId: podId, script: script, timeout: timeout, output: output)
    }
  }
}

private struct WitnessedAccess: PodAccess {
  let access: any PodAccess
  let witness: Witness

  func connect(podId: String, progress: Progress) async throws {
    try await witness.seeing("connect") { try await access.connect(podId: podId, progress: progress) }
  }

  func exec(podId: String, _ request: ExecRequest) async throws -> ExecResult {
    try await witness.seeing("command") { try await access.exec(podId: podId, request) }
  }
}
