import Concurrency
package import Environment
import FoundationEssentials
import Glibc
import JSON
import JSONRPC
import Outside
import Reporting
import ServiceProtocol
import Workflows

/// `runpod-rpc run`: one workflow without any client, for cron and CI. Its progress goes to standard error, its result to
/// standard output.
package struct WorkflowCommand: Sendable {
  package struct Options: Sendable {
    /// One of `workflows`.
    package var workflow = ""
    /// The params; `-` for standard input.
    package var file = ""
    package var isDryRun = false
    /// Those that were given as flags.
    package var settings: [Setting: String] = [:]

    package init() {}
  }

  package static let workflows = WorkflowKind.allCases.map(\.rawValue)

  private let options: Options
  private let services: Services
  private let router: Router
  /// The signal that asked for the end.
  private let signal = Locked<Int32?>(nil)

  package init(_ options: Options) {
    self.options = options
    var layers = SettingLayers(environment: ProcessInfo.processInfo.environment)
    layers.flags = options.settings
    services = Services(layers: layers)
    var router = Router()
    Start.registerAll(in: &router, services: services) { nil }
    self.router = router
  }

  /// Runs it, then ends the process. Belongs on the main thread, which waits for signals meanwhile: the first cancels the
  /// workflow, whose undoing is waited for; the second ends the process at once and leaves the rest to the next one.
  package func run() -> Never {
    Glibc.signal(SIGPIPE, SIG_IGN)
    let signals = TerminationSignals()
    let work = Task { _exit(await perform()) }
    let first = signals.next()
    signal.withLock { $0 = first }
    work.cancel()
    _exit(128 + signals.next())
  }

  private func perform() async -> Int32 {
    var code: Int32 = 0
    do {
      // First, since it may be about the same fleet, and there may be nobody else to do it.
      try await services.finishLeft { workflow in
        say("Finishing workflow \(workflow.id), which a service that died has left")
      }
      StandardStream.answer(try await result())
    } catch {
      code = await tell(ErrorObject(describing: error))
    }
    await services.close()
    return signal.withLock { $0 }.map { 128 + $0 } ?? code
  }

  private func result() async throws -> JSONValue {
    let method = WorkflowKind(rawValue: options.workflow).method
    guard case .task(let begin)? = router.handlers[method] else { throw ErrorObject.noMethod(method) }
    let context = RequestContext(
      id: .integer(1),
      progress: Progress { say($0.line) },
      answered: Eventual(),
      notify: { _, _ in },
      waitForRoom: {}
    )
    return try await begin(try params(), context)()
  }

  private func params() throws -> JSONValue {
    let value = try JSONFile.read(options.file)
    guard var members = value.objectValue else { return value }
    members["detach"] = nil
    // A file that is given again is about the same fleet.
    if options.workflow == WorkflowKind.setupFleet.rawValue, options.file != "-", members["name"] == nil {
      members["name"] = .string(URL(filePath: options.file).standardizedFileURL.path)
    }
    if options.isDryRun { members["dryRun"] = true }
    return .object(members)
  }

  /// - Returns: The exit code.
  private func tell(_ error: ErrorObject) async -> Int32 {
    say("runpod-rpc: \(error.message)")
    if let hint = error.data?["hint"]?.stringValue { say("  hint: \(hint)") }
    for (name, id) in error.data?["resources"]?.objectValue ?? [:] { say("  exists: \(name) \(id.stringValue ?? "")") }
    // What there is to know of a workflow that did not succeed, its members' outcomes say, is the result all the same.
    if let id = error.data?["resources"]?["workflowId"]?.stringValue,
      let workflow = try? await services.workflows().get(id),
      let response = try? WireForm.encode(WorkflowResponse(workflow: workflow))
    {
      StandardStream.answer(response)
    }
    return error.exitCode
  }

  private func say(_ text: String) { StandardStream.tell(text) }
}

extension Services {
  /// Takes up what dead servers left, and waits for its end.
  ///
  /// - Throws: `CancellationError`, which does not touch it; `Failure` when the settings do not do.
  fileprivate func finishLeft(_ tell: @Sendable (Workflow) -> Void) async throws {
    let workflows = try await workflows()
    for workflow in try await workflows.here() {
      tell(workflow)
      _ = try await workflows.wait(workflow.id, timeout: nil, progress: .silent)
    }
  }
}

extension Progress.Update {
  /// " 40 % Step 3/5: Connect over SSH".
  fileprivate var line: String {
    guard let fraction else { return message }
    let percentage = String(Int(limited: fraction * 100))
    return String(repeating: " ", count: max(0, 3 - percentage.utf8.count)) + "\(percentage) % \(message)"
  }
}
