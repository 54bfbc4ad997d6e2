package import JSON
import Outside

/// A method as an agent sees it: a tool of the Model Context Protocol.
package struct Tool: Sendable {
  package let method: any ServiceMethod.Type
  /// `noun_verb`.
  package let name: String

  package init(_ method: any ServiceMethod.Type) {
    self.method = method
    name = Tool.name(of: method.name)
  }

  /// The tool that a method is: `pods_list` for `pods/list`.
  package static func name(of method: String) -> String { method.bytes.replacing("/", with: "_") }

  /// The noun that the tool is about: `pods`.
  package var noun: String { String(name.bytes.split("_")[0]) }

  /// Whether a call changes nothing.
  package var isReadOnly: Bool { method.effect == .reads }

  /// Whether a call starts work that goes on by itself: a workflow.
  package var startsWorkflow: Bool { method is any WorkflowMethod.Type || method is WorkflowsSetupFleet.Type }

  /// What a call does to the world, as far as the protocol has words for it.
  package var annotations: JSONValue {
    let (isDestructive, isIdempotent) =
      switch method.effect {
      case .reads: (false, true)
      case .changes: (false, false)
      // A host that asks before it destroys should ask before it spends.
      case .spendsMoney: (true, false)
      // A container that is restarted twice is interrupted twice.
      case .destroys: (true, !(method is PodsRestart.Type))
      case .anything: (true, false)
      }
    return [
      "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive), "idempotentHint": .bool(isIdempotent),
      "openWorldHint": .bool(!Tool.staysHere.contains { name.bytes.hasPrefix($0) }),
    ]
  }

  /// Beginnings of the names of tools that only look at this machine and at the state file.
  private static let staysHere = [
    "service_", "environment_", "ssh_forward_list", "workflows_get", "workflows_list", "workflows_events",
    "workflows_wait",
  ]

  /// The tools in the order in which agents are told of them: the most needed first, since hosts with many tools drop the
  /// last ones, and then alphabetically.
  package static func ordered(_ tools: [Tool]) -> [Tool] {
    func rank(_ tool: Tool) -> Int { mostNeeded.firstIndex { $0.bytes == tool.name.bytes } ?? mostNeeded.count }
    return tools.sorted { (rank($0), $0.name.bytes) < (rank($1), $1.name.bytes) }
  }

  private static let mostNeeded = [
    "pods_list", "pods_create", "pods_wait", "ssh_exec", "pods_terminate", "jobs_start", "jobs_wait", "jobs_logs",
    "ssh_copy", "pods_offers", "pods_get", "environment_validate", "workflows_setupRunner", "workflows_wait",
    "workflows_get", "workflows_teardownRunner", "workflows_list", "workflows_cancel", "pods_status", "pods_logs",
    "pods_stop", "pods_resume", "pods_reconcile", "ssh_execMany", "runners_list", "runners_status",
  ]
}
