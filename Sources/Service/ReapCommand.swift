import Concurrency
package import Environment
import FoundationEssentials
import Glibc
import JSON
import JSONRPC
import Pods
import Reporting
import ServiceProtocol

/// `runpod-rpc reap`: one look at the RunPod account that ends what is past its deadline, for cron, a timer or a scheduled CI
/// job. It needs the account's key alone. Sentences go to standard error, the result to standard output.
package struct ReapCommand: Sendable {
  package struct Options: Sendable {
    package var isDryRun = false
    /// Those that were given as flags.
    package var settings: [Setting: String] = [:]

    package init() {}
  }

  /// A pod past its deadline is left.
  private static let leftWork: Int32 = 2

  private let options: Options
  private let services: Services

  package init(_ options: Options) {
    self.options = options
    var layers = SettingLayers(environment: ProcessInfo.processInfo.environment)
    layers.flags = options.settings
    services = Services(layers: layers)
  }

  /// Runs it, then ends the process. Belongs on the main thread, which waits for signals meanwhile.
  package func run() -> Never {
    Glibc.signal(SIGPIPE, SIG_IGN)
    let signals = TerminationSignals()
    let work = Task { _exit(await perform()) }
    let first = signals.next()
    work.cancel()
    _exit(128 + first)
  }

  /// - Returns: The exit code.
  private func perform() async -> Int32 {
    do {
      let reaping = try await services.reaper().reap(dryRun: options.isDryRun)
      for words in reaping.pods.compactMap(\.words) { StandardStream.tell("runpod-rpc: \(words)") }
      StandardStream.answer(try WireForm.encode(reaping))
      await services.close()
      return reaping.leavesWork ? Self.leftWork : 0
    } catch {
      let error = ErrorObject(describing: error)
      StandardStream.tell("runpod-rpc: \(error.message)")
      if let hint = error.data?["hint"]?.stringValue { StandardStream.tell("  hint: \(hint)") }
      await services.close()
      return error.exitCode
    }
  }
}
