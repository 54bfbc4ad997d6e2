import Glibc

/// The two descriptors that the peer talks through, out of everything else's reach.
package struct Wire: Sendable {
  package let input: Int32
  package let output: Int32

  package init(input: Int32, output: Int32) {
    self.input = input
    self.output = output
  }

  /// Takes over standard input and output: the first thing a server does.
  ///
  /// The wire moves to descriptors that children do not inherit; 0 becomes `/dev/null` and 1 becomes standard error,
  /// so that nothing a library or a child prints can reach the peer, and nothing can read its requests.
  ///
  /// - Throws: `errno` as an `Int32` wrapped in `WireError` when standard input or output is closed.
  package static func claim() throws(WireError) -> Wire {
    signal(SIGPIPE, SIG_IGN)
    let input = fcntl(0, F_DUPFD_CLOEXEC, 3)
    let output = fcntl(1, F_DUPFD_CLOEXEC, 3)
    guard input >= 0, output >= 0 else { throw WireError(errno: errno) }
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { throw WireError(errno: errno) }
    dup2(null, 0)
    if fcntl(2, F_GETFD) < 0 { dup2(null, 2) }
    neverWaitForStandardError()
    dup2(2, 1)
    if null > 2 { close(null) }
    return Wire(input: input, output: output)
  }

  /// What is printed while nobody reads standard error is lost, and holds nobody up.
  private static func neverWaitForStandardError() {
    var status = stat()
    // Files never make anyone wait, and reopening one would start again at its beginning.
    guard fstat(2, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    let reopened = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard reopened >= 0 else { return }
    dup2(reopened, 2)
    close(reopened)
  }
}

/// A descriptor of the wire could not be had.
package struct WireError: Error, Sendable, Hashable {
  package var errno: Int32
}
