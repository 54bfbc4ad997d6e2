/// A thread of our own for tasks that block now and then, on files say. With `withTaskExecutorPreference` they run there,
/// and so they neither hold up the pool's threads nor wait for a turn on them.
package final class BlockingExecutor: TaskExecutor {
  private let thread: SerialThread<Void>

  /// - Parameter name: Shown by `ps -L`; at most 15 bytes.
  package init(name: String) { thread = SerialThread(name: name) {} }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    thread.add { [self] _ in job.runSynchronously(on: asUnownedTaskExecutor()) }
  }
}
