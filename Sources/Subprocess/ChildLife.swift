import CSystem
import Concurrency
import Glibc

/// The one place that knows whether a child still lives, and that reaps it. Until then its pid, and so the number of
/// its group, cannot be given to anyone else: signals are sent under the same lock.
final class ChildLife: Sendable {
  let processID: Int32
  private let state = Locked(State())
  private let ending = Eventual<ChildExit>()

  /// - Throws: `SystemError`; the child has been killed then.
  init(processID: Int32) throws {
    self.processID = processID
    let pidfd = csystem_pidfd_open(processID)
    guard pidfd >= 0 else {
      let error = SystemError("pidfd_open")
      kill(-processID, SIGKILL)
      waitpid(processID, nil, 0)
      throw error
    }
    try EventLoop.shared.whenReadable(pidfd) {
      close(pidfd)
      self.reap()
    }
  }

  var exit: ChildExit? { ending.value }

  func signal(_ number: Int32) {
    state.withLock { state in
      if !state.isReaped { _ = kill(-processID, number) }
    }
  }

  func wait() async throws -> ChildExit { try await ending.wait() }

  func end(_ steps: [TeardownStep]) async -> ChildExit {
    state.withLock { $0.takesGroupAlong = true }
    for step in steps {
      signal(step.signal)
      if let exit = await wait(atMost: step.patience) { return exit }
    }
    signal(SIGKILL)
    while true {
      if let exit = await wait(atMost: .seconds(60)) { return exit }
    }
  }

  private func wait(atMost patience: Duration) async -> ChildExit? {
    await withTaskGroup(of: ChildExit?.self) { group in
      group.addTask { try? await self.wait() }
      group.addTask {
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  private func reap() {
    let exit = state.withLock { state -> ChildExit in
      var result = csystem_exit()
      csystem_peek_exit(processID, &result)
      if state.takesGroupAlong { _ = kill(-processID, SIGKILL) }
      while waitpid(processID, nil, 0) < 0 && errno == EINTR {}
      state.isReaped = true
      return result.signal == 0 ? .exited(result.code) : .signalled(result.signal)
    }
    ending.resolve(exit)
  }

  private struct State {
    var isReaped = false
    var takesGroupAlong = false
  }
}
