import CSystem
import Concurrency
import Glibc

/// The process at the other end of the wire, for when it dies and its end of the wire stays open in someone else.
enum ClientProcess {
  /// Calls `ended` once when the process has ended; never for one that did not start us, directly or by way of others:
  /// its number may mean another process here, as it does in a container.
  static func watch(_ processId: Int, ended: @escaping @Sendable () -> Void) {
    guard processId > 0, let pid = pid_t(exactly: processId), isAncestor(pid) else { return }
    let descriptor = csystem_pidfd_open(pid)
    guard descriptor >= 0 else { return }
    WorkerThread.start(name: "client-process") {
      var process = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while poll(&process, 1, -1) < 0, errno == EINTR {}
      ended()
    }
  }

  private static func isAncestor(_ pid: pid_t) -> Bool {
    var ancestor = getppid()
    while ancestor > 0 {
      if ancestor == pid { return true }
      guard let next = parent(of: ancestor) else { return false }
      ancestor = next
    }
    return false
  }

  /// The fourth field of `/proc/PID/stat`; the second is a name in parentheses that may hold anything.
  private static func parent(of pid: pid_t) -> pid_t? {
    let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &text, text.count)
    guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[(end + 1)..<count].split(separator: UInt8(ascii: " "))
    return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
  }
}
