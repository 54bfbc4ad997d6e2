import Outside
import Reporting

/// The environment variables that a runner's jobs get besides those of their container, and those of the container that they do not get.
///
/// They are lines of the runner's file `.env`, which its listener reads at every start: NAME=VALUE, split at the first `=`, without
/// quoting, comments or line breaks (actions/runner v2.336.0, src/Runner.Listener/Program.cs, LoadAndSetEnv).
struct JobEnvironment: Sendable, Hashable {
  /// Lines of `.env`, sorted by their names.
  let lines: Secret
  /// Names of variables, sorted.
  let withheld: [String]

  /// - Throws: `Failure(.configurationInvalid)` that names the param and the variable, never a value.
  init(_ installation: RunnerInstallation) throws {
    let options = installation.options
    var variables: [String: String] = [:]
    if let file = options.envFile { variables = try Self.read(SecretFile.read(file, param: "envFile"), file) }
    for (name, value) in installation.env {
      try Self.check(name, value, of: "env")
      variables[name] = value
    }
    for (param, name, value) in [
      ("jobStartedHook", "ACTIONS_RUNNER_HOOK_JOB_STARTED", options.jobStartedHook),
      ("jobCompletedHook", "ACTIONS_RUNNER_HOOK_JOB_COMPLETED", options.jobCompletedHook),
      ("toolCache", "RUNNER_TOOL_CACHE", options.toolCache),
    ] {
      guard let value else { continue }
      try Self.check(path: value, of: param, isScript: name != "RUNNER_TOOL_CACHE")
      variables[name] = value
    }
    lines = Secret(variables.sorted { $0.key.bytes < $1.key.bytes }.map { "\($0.key)=\($0.value)\n" }.joined())
    let secret = options.secretEnv ?? []
    for name in secret where !Self.isName(name) { throw Self.badName(name, of: "secretEnv") }
    withheld = secret.sorted { $0.bytes < $1.bytes }
  }

  /// Lines NAME=VALUE; blank lines and lines that begin with `#` are skipped, and quotes are part of a value, as `docker run
  /// --env-file` has it.
  private static func read(_ text: String, _ file: String) throws -> [String: String] {
    var variables: [String: String] = [:]
    for (number, line) in text.bytes.lines.enumerated() where !line.isEmpty && !line.bytes.hasPrefix("#") {
      let parts = line.bytes.split("=", most: 1, keepsEmpty: true)
      guard parts.count == 2 else {
        throw Failure(
          .configurationInvalid,
          "Invalid value for envFile: line \(number + 1) of \"\(file)\" is not NAME=VALUE."
        )
      }
      try check(String(parts[0]), String(parts[1]), of: "envFile")
      variables[String(parts[0])] = String(parts[1])
    }
    return variables
  }

  private static func check(_ name: String, _ value: String, of param: String) throws {
    guard isName(name) else { throw badName(name, of: param) }
    // What the service itself sets for `config.sh` and `run.sh`.
    guard !name.bytes.hasPrefix("ACTIONS_RUNNER_INPUT_") else { throw badName(name, of: param) }
    guard value.utf8.allSatisfy({ ![0, 10, 13].contains($0) }) else {
      throw Failure(
        .configurationInvalid,
        "Invalid value for \(param): the value of \(name) has a line break, which the runner's file of variables cannot hold.",
        hint: "Encode it, in base64 for example, or have the job read it from a file on the pod."
      )
    }
  }

  private static func check(path: String, of param: String, isScript: Bool) throws {
    let isPlain = path.bytes.hasPrefix("/") && path.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
    guard isPlain, !isScript || path.bytes.hasSuffix(".sh") else {
      throw Failure(
        .configurationInvalid,
        "Invalid value for \(param): \"\(path)\" is not an absolute path\(isScript ? " that ends in .sh" : "").",
        hint: isScript ? "The runner runs hooks by bash, and takes only files that end in .sh." : nil
      )
    }
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first), name.utf8.count <= 256 else { return false }
    return name.utf8.allSatisfy { byte in
      (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
    }
  }

  private static func badName(_ name: String, of param: String) -> Failure {
    Failure(
      .configurationInvalid,
      "Invalid value for \(param): \"\(name)\" cannot be an environment variable of jobs.",
      hint: "Use letters, digits and underscores; names that begin with ACTIONS_RUNNER_INPUT_ are the runner's own."
    )
  }
}
