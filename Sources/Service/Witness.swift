import HTTP
import Reporting
import Runners
import SSH
import Workflows

/// Sees every write to the state file and everything that is done to the world, right before and right after it: for tests
/// in which the process dies there.
package struct Witness: Sendable {
  package enum Moment: String, Sendable { case before, after }

  private let see: @Sendable (_ effect: String, _ moment: Moment) async throws -> Void

  package init(_ see: @escaping @Sendable (_ effect: String, _ moment: Moment) async throws -> Void) { self.see = see }

  func callAsFunction(_ effect: String, _ moment: Moment) async throws { try await see(effect, moment) }

  func seeing<Result>(_ effect: String, _ body: () async throws -> Result) async throws -> Result {
    try await see(effect, .before)
    let result = try await body()
    try await see(effect, .after)
    return result
  }
}

struct WitnessedTransport: HTTPTransport {
  let transport: any HTTPTransport
  let witness: Witness

  func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    try await witness.seeing("\(request.method) \(request.safeURL)") { try await transport.send(request, sink: sink) }
  }
}

struct WitnessedShell: PodShell {
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

struct WitnessedAccess: PodAccess {
  let access: any PodAccess
  let witness: Witness

  func connect(podId: String, progress: Progress) async throws {
    try await witness.seeing("connect") { try await access.connect(podId: podId, progress: progress) }
  }

  func exec(podId: String, _ request: ExecRequest) async throws -> ExecResult {
    try await witness.seeing("command") { try await access.exec(podId: podId, request) }
  }
}
