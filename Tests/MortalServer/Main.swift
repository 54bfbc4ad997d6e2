import Concurrency
import Glibc
import JSONRPC
import Service

/// The real server, which kills itself at the write or effect whose number DIE_AT says, counted from its start. With
/// DIE_LOG it lists them in that file, a line each.
@main struct Main {
  static func main() throws {
    let wire = try Wire.claim()
    guard case .success(.serve(let options)) = CommandLineOptions.parse(Array(CommandLine.arguments.dropFirst())) else {
      exit(64)
    }
    let last = getenv("DIE_AT").flatMap { Int(String(cString: $0)) }
    let log = getenv("DIE_LOG").map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    let count = Locked(0)
    let witness = Witness { effect, moment in
      count.withLock { count in
        count += 1
        if let log {
          let line = "\(count) \(moment) \(effect)\n"
          write(log, line, line.utf8.count)
        }
        if count == last { kill(getpid(), SIGKILL) }
      }
    }
    Server(wire: wire, options: options, doors: witness.doors).serve()
  }
}
