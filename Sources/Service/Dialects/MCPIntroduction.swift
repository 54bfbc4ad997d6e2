import JSON
import ServiceProtocol

extension MCP {
  private static let server: JSONValue = [
    "name": "runpod-rpc", "title": "RunPod", "version": .string(Registry.version),
  ]

  /// How to use the tools, by the names of those that are offered.
  private static func instructions(_ names: ToolNames) -> String {
    var lines = [
      "Rents RunPod GPU pods, runs commands on them over SSH, installs GitHub Actions runners on them and runs workflows "
        + "across them."
    ]
    if names.has("environment_validate") {
      lines.append("To begin: environment_validate says what is missing and what to do about it.")
    }
    let waits = [
      names.has("pods_wait") ? "a pod with pods_wait" : nil,
      names.has("workflows_wait") ? "a workflow with workflows_wait" : nil,
    ].compactMap { $0 }
    if !waits.isEmpty {
      lines.append(
        "Waiting: what rents a pod or starts a workflow answers at once. Follow \(waits.joined(separator: " and ")), for at "
          + "most 50 seconds a call; call again until the pod is running or the workflow is over."
      )
    }
    if names.has("ssh_exec") {
      let longWork =
        names.has("jobs_start")
        ? "start what may take longer than a minute with jobs_start, and look after it with jobs_wait and jobs_logs."
        : "start what may take longer than a minute in the background (nohup … >log 2>&1 &) and read its log later."
      lines.append(
        "Long commands: ssh_exec waits for the end of its command, and hosts give up on a call after a minute; "
          + longWork
      )
    }
    let spending = ["pods_create", "pods_resume", "workflows_setupRunner", "workflows_setupFleet"].filter(names.has)
    if !spending.isEmpty {
      lines.append(
        "Money: \(spending.joined(separator: ", ")) rent pods, which cost money every hour until they are terminated; a "
          + "stopped pod still pays for its volume. Give each pod an end (maxLifetimeSeconds, idleTimeoutSeconds or maxCost), "
          + "and terminate what is not wanted any longer."
      )
      if names.has("pods_offers") { lines.append("pods_offers tells the prices.") }
    }
    if names.has("pods_reconcile") { lines.append("pods_reconcile finds pods that were forgotten.") }
    lines.append("Lists come in pages: give nextCursor as cursor to see the next one.")
    return lines.joined(separator: "\n")
  }

  private static func capabilities(_ revision: MCPRevision) -> JSONObject {
    var capabilities: JSONObject = ["tools": ["listChanged": false], "resources": [:], "logging": [:]]
    if !revision.hasHandshake { capabilities["extensions"] = [MCPTasks.extensionName: [:]] }
    return capabilities
  }

  /// The answer to `initialize`.
  static func introduction(_ revision: MCPRevision, _ names: ToolNames) -> JSONValue {
    [
      "protocolVersion": .string(revision.rawValue),
      "capabilities": .object(capabilities(revision)),
      "serverInfo": server,
      "instructions": .string(instructions(names)),
    ]
  }

  /// The answer to `server/discover`.
  static func discovery(_ names: ToolNames) -> JSONValue {
    complete(
      [
        "supportedVersions": .array(MCPRevision.allCases.reversed().map { .string($0.rawValue) }),
        "capabilities": .object(capabilities(.july2026)),
        "instructions": .string(instructions(names)),
      ],
      .july2026,
      .version
    )
  }

  /// How long a result may be kept, and by whom.
  enum Lifetime {
    /// The same for everybody, for as long as this version runs.
    case version
    /// One user's, and another one a moment later.
    case moment
  }

  /// A result with what the revision wants in every one.
  ///
  /// - Parameter lifetime: nil for what is the outcome of a deed.
  static func complete(_ result: JSONObject, _ revision: MCPRevision, _ lifetime: Lifetime? = nil) -> JSONValue {
    guard !revision.hasHandshake else { return .object(result) }
    var result = result
    result["resultType"] = result["resultType"] ?? "complete"
    result["_meta"] = ["io.modelcontextprotocol/serverInfo": server]
    if let lifetime {
      result["ttlMs"] = lifetime == .version ? 3_600_000 : 0
      result["cacheScope"] = lifetime == .version ? "public" : "private"
    }
    return .object(result)
  }
}
