import FoundationEssentials
import Glibc

/// A real other process, its standard output a pipe. It is killed when this object goes.
final class OtherProcess {
  struct Unstartable: Error { let code: Int32 }

  private let pid: pid_t
  private let output: Int32
  private var isReaped = false

  init(_ executable: String, _ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Unstartable(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, executable, &actions, &attributes, &argv, environ)
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw Unstartable(code: code)
    }
    self.pid = pid
    output = ends[0]
  }

  deinit {
    killGroup()
    close(output)
  }

  /// Blocks until there is a line or the end of output.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  /// Blocks until the process ends; its exit code, -1 for a signal.
  func wait() -> Int32 {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    isReaped = true
    return status & 0x7f == 0 ? (status >> 8) & 0xff : -1
  }

  /// The path of an executable of this package, which is built beside the tests.
  static func path(of name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
  }

  func killGroup() {
    guard !isReaped else { return }
    kill(-pid, SIGKILL)
    _ = wait()
  }
}
