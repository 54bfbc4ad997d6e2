import GitHubAPI
import Reporting
import RunPodAPI
import SSH
import Simulation

/// The pods of an account from the inside, and GitHub: runners are installed on the ones and registered with the other.
actor SimulatedSite {
  private struct Disk {
    var runner: String?
    var listens = false
  }

  static let token = "registration-token"

  let account: SimulatedAccount
  /// Whether the service has a GITHUB_TOKEN.
  var hasToken = true
  /// What a command on any pod ends with.
  var exitCode = 0
  /// Answers of the runner's script instead of the usual ones, by command.
  var failures: [String: String] = [:]
  /// The names of registered runners by their ids.
  private(set) var registered: [Int: String] = [:]
  private var disks: [String: Disk] = [:]
  private var lastID = 0

  init(account: SimulatedAccount) { self.account = account }

  func set(_ change: @Sendable (isolated SimulatedSite) -> Void) { change(self) }

  func register(_ name: String) {
    lastID += 1
    registered[lastID] = name
  }

  static func parameters(of script: [UInt8]) -> [String: String] {
    var parameters: [String: String] = [:]
    for line in String(decoding: script.prefix(4096), as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("param_") {
      let parts = line.dropFirst(6).split(separator: "=", maxSplits: 1)
      parameters[String(parts[0])] = parts[1].filter { $0 != "'" }
    }
    return parameters
  }

  // MARK: Pods

  func reach(_ podId: String) async throws {
    guard await account.pods[podId]?.remote.desiredStatus == "RUNNING" else {
      throw Failure(.sshUnreachable, "Nobody answers at pod \(podId).")
    }
  }

  func exec(podId: String, _ command: String) async throws -> ExecResult {
    try await reach(podId)
    let text = Array((exitCode == 0 ? "NVIDIA L4\n" : "No devices were found\n").utf8)
    return ExecResult(exitCode: exitCode, signal: nil, stdout: text, stderr: [], truncated: false)
  }

  /// The runner's script.
  func run(podId: String, _ parameters: [String: String]) async throws -> String {
    try await reach(podId)
    let command = parameters["command"] ?? ""
    if let failure = failures[command] { return "@failure \(failure)\n" }
    var disk = disks[podId] ?? Disk()
    defer { disks[podId] = disk }
    if command == "start" { disk.listens = true }
    switch command {
    case "preflight", "start", "status":
      let id = disk.runner.flatMap(id(of:))
      return """
        @fact architecture=x64
        @fact installed=yes
        @fact configured=\(disk.runner == nil ? "no" : "yes")
        @fact url=https://github.com/octo/demo
        @fact name=\(disk.runner ?? "")
        @fact agentId=\(id.map(String.init) ?? "")
        @fact mode=\(disk.listens ? "supervised" : "")
        @fact listener=\(disk.listens ? "12" : "")
        @fact listening=yes
        @done

        """
    case "configure":
      let name = parameters["name"] ?? ""
      guard parameters["token"] == Self.token else { return "@failure tokenRefused no such token\n" }
      if let known = id(of: name) {
        guard parameters["replace"] == "yes" else { return "@failure nameTaken a runner named \(name) exists\n" }
        registered[known] = nil
      }
      register(name)
      disk.runner = name
    case "stop": disk.listens = false
    case "remove":
      let isRemoved = parameters["token"] == Self.token && disk.runner != nil
      if isRemoved, let id = disk.runner.flatMap(id(of:)) { registered[id] = nil }
      disk = Disk()
      return "@fact deregistered=\(isRemoved ? "yes" : "no")\n@fact filesRemoved=yes\n@done\n"
    default: break
    }
    return "@done\n"
  }

  private func id(of name: String) -> Int? { registered.first { $0.value == name }?.key }

  // MARK: GitHub

  func token() throws -> Secret {
    try permit()
    return Secret(Self.token)
  }

  func runners(name: String?) async throws -> [GitHubRunner] {
    try permit()
    let pods = await account.pods
    let listening = disks.filter { $0.value.listens && pods[$0.key] != nil }.compactMap(\.value.runner)
    return registered.filter { name == nil || $0.value == name }.map { id, name in
      let status = listening.contains(name) ? "online" : "offline"
      return GitHubRunner(id: id, name: name, os: "linux", status: status, busy: false)
    }
  }

  func delete(_ id: Int) throws {
    try permit()
    registered[id] = nil
  }

  private func permit() throws {
    if !hasToken { throw Failure(.environmentIncomplete, "GITHUB_TOKEN is not set.", hint: "Set it.") }
  }
}
