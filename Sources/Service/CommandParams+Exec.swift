import Outside
import SSH
import ServiceProtocol
import Subprocess

extension ExecRequest {
  /// - Parameter input: What follows `stdin`.
  /// - Throws: `InvalidParams` for a standard input that is not in its encoding.
  init(_ params: some CommandParams, input: CommandInput? = nil) throws {
    let command =
      switch params.command {
      case .text(let text): text
      case .arguments(let arguments): shellQuoted(arguments)
      }
    self.init(
      command: command,
      stdin: try OutputCoding(params.encoding).bytes(of: params.stdin, member: "stdin"),
      input: input,
      folder: params.cwd,
      environment: params.env,
      window: params.pty ? TerminalWindow() : nil,
      timeout: params.timeoutSeconds.map { .limited(seconds: $0) },
      captureLimit: params.captureLimit
    )
  }
}

extension SSHExec.Result {
  init(_ result: ExecResult, _ coding: OutputCoding) {
    self.init(
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: coding.text(of: result.stdout),
      stderr: coding.text(of: result.stderr),
      truncated: result.truncated
    )
  }
}
