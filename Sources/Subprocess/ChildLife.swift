import CSystem
import Concurrency
import Glibc

/// The one place that knows whether a child still lives, and that reaps it. Until then its pid, and so the number of
/// its group, cannot be given to anyone else: signals are sent under the same lock.
final class ChildLife: Sendable {
  let processID: Int32
  private let state = Locked(State())

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

  var exit: ChildExit? { state.withLock { $0.exit } }

  func signal(_ number: Int32) {
    state.withLock { state in
      if state.exit == nil { _ = kill(-processID, number) }
    }
  }

  func wait() async throws -> ChildExit {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ChildExit, any Error>) in
        let exit = state.withLock { state -> ChildExit? in
          if state.exit == nil { state.waiters[id] = continuation }
          return state.exit
        }
        if let exit { return continuation.resume(returning: exit) }
        // A cancellation that came before the line above found nobody waiting.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

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

  private func cancel(_ id: Int) {
    let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
    waiter?.resume(throwing: CancellationError())
  }

  private func reap() {
    let (exit, waiters) = state.withLock { state -> (ChildExit, [CheckedContinuation<ChildExit, any Error>]) in
      var result = csystem_exit()
      csystem_peek_exit(processID, &result)
      if state.takesGroupAlong { _ = kill(-processID, SIGKILL) }
      while waitpid(processID, nil, 0) < 0 && errno == EINTR {}
      let exit = result.signal == 0 ? ChildExit.exited(result.code) : .signalled(result.signal)
      state.exit = exit
      defer { state.waiters = [:] }
      return (exit, Array(state.waiters.values))
    }
    for waiter in waiters { waiter.resume(returning: exit) }
  }

  private struct State {
    var exit: ChildExit?
    var takesGroupAlong = false
    var waiters: [Int: CheckedContinuation<ChildExit, any Error>] = [:]
    var lastID = 0
  }
}
