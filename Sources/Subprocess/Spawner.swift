import CSystem
import Concurrency
import FoundationEssentials
import Glibc
import Reporting

/// The thread that starts children. It lives as long as the process, as the kernel sends a child's death signal when
/// the thread that started it ends; and it waits for the child's `exec`, which the event loop must not.
final class Spawner: Sendable {
  static let shared = Spawner()

  private let jobs = Locked<[@Sendable () -> Void]>([])
  private let wake: (read: Int32, write: Int32)

  private init() {
    do {
      wake = try Descriptor.pipe()
    } catch {
      preconditionFailure("no pipe for the thread that starts children: \(error)")
    }
    WorkerThread.start(name: "spawn") { self.run() }
  }

  /// Starts `command` with these three descriptors and returns its pid.
  ///
  /// - Throws: `Failure` of the kinds `environmentIncomplete` (no such program) and `busy`.
  func spawn(_ command: ChildCommand, input: Int32, output: Int32, error: Int32) async throws -> pid_t {
    let environment = command.environment ?? ProcessInfo.processInfo.environment
    guard let path = findExecutable(command.executable, path: environment["PATH"]) else {
      throw Failure(
        .environmentIncomplete,
        "The program \(command.executable) is not installed.",
        hint: "Install it, or put its directory into PATH."
      )
    }
    let (pid, failure) = await withCheckedContinuation { (continuation: CheckedContinuation<(pid_t, Int32), Never>) in
      submit {
        let arguments = Strings([command.executable] + command.arguments)
        let variables = Strings(environment.map { "\($0.key)=\($0.value)" })
        let child = { (directory: UnsafePointer<CChar>?) in
          path.withCString { path in
            var child = csystem_child(
              executable: path,
              arguments: arguments.pointers,
              environment: variables.pointers,
              directory: directory,
              input: input,
              output: output,
              error: error,
              new_session: command.newSession ? 1 : 0,
              death_signal: command.deathSignal
            )
            let pid = csystem_spawn(&child)
            return (pid, pid < 0 ? errno : 0)
          }
        }
        continuation.resume(returning: command.workingDirectory?.withCString(child) ?? child(nil))
      }
    }
    guard pid > 0 else {
      let reason = SystemError("spawn", code: failure).reason
      let isOurs = [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(failure)
      throw Failure(isOurs ? .busy : .environmentIncomplete, "\(path) could not be started: \(reason).")
    }
    return pid
  }

  private func submit(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.append(job) }
    var byte: UInt8 = 0
    _ = write(wake.write, &byte, 1)
  }

  private func run() {
    var byte: UInt8 = 0
    while true {
      guard read(wake.read, &byte, 1) == 1 else { continue }
      let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?()
    }
  }
}

/// A C array of C strings, ended by a null pointer.
private final class Strings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    pointers[count] = nil
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}
