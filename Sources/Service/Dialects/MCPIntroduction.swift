import JSON
import ServiceProtocol

extension MCP {
  private static let server: JSONValue = [
    "name": "runpod-rpc", "title": "RunPod", "version": .string(Registry.version),
  ]

  private static let instructions = """
    Rents RunPod GPU pods and ends them, runs commands on them over SSH, installs GitHub Actions runners on them, and \
    runs whole workflows. Begin with environment_validate: it says what is missing and what to do about it. Tools that \
    say so spend money until the pod is terminated; end what is not wanted with pods_terminate. Workflows answer at \
    once with an id and go on by themselves; follow them with workflows_wait. Lists and long texts have a cursor.
    """

  /// The answer to `initialize`.
  static func introduction(_ revision: MCPRevision) -> JSONValue {
    [
      "protocolVersion": .string(revision.rawValue),
      "capabilities": ["tools": ["listChanged": false], "resources": [:], "logging": [:]],
      "serverInfo": server,
      "instructions": .string(instructions),
    ]
  }

  /// The answer to `server/discover`.
  static let discovery = complete(
    [
      "supportedVersions": .array(MCPRevision.allCases.reversed().map { .string($0.rawValue) }),
      "capabilities": ["tools": ["listChanged": false], "resources": [:], "logging": [:]],
      "instructions": .string(instructions),
    ],
    .july2026,
    .version
  )

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
    guard revision == .july2026 else { return .object(result) }
    var result = result
    result["resultType"] = "complete"
    result["_meta"] = ["io.modelcontextprotocol/serverInfo": server]
    if let lifetime {
      result["ttlMs"] = lifetime == .version ? 3_600_000 : 0
      result["cacheScope"] = lifetime == .version ? "public" : "private"
    }
    return .object(result)
  }
}
