import Glibc

/// A thread of our own that owns a value, and a queue of blocking jobs on it, done in the order in which they were given.
///
/// The thread ends, and its value with it, when the last reference to this object goes, after the jobs it was given.
package final class SerialThread<Value>: Sendable {
  package typealias Job = @Sendable (inout Value) -> Void

  private let queue = Queue()

  /// - Parameters:
  ///   - name: Shown by `ps -L`; at most 15 bytes.
  ///   - make: Makes the value, on the thread.
  package init(name: String, _ make: @escaping @Sendable () -> Value) {
    WorkerThread.start(name: name) { [queue] in
      var value = make()
      queue.drain(&value)
    }
  }

  deinit { queue.add(nil) }

  /// Runs `job` on the thread and waits for what it returns. Cancellation does not reach it: what was asked is done.
  package func run<Result: Sendable>(
    _ job: @escaping @Sendable (inout Value) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      add { value in continuation.resume(with: Swift.Result { try job(&value) }) }
    }
  }

  /// Has `job` run on the thread, and does not wait for it.
  package func add(_ job: @escaping Job) { queue.add(job) }

  private final class Queue: Sendable {
    private let jobs = Locked<[Job?]>([])
    // A semaphore is made for use by several threads.
    private nonisolated(unsafe) let available: UnsafeMutablePointer<sem_t>

    init() {
      available = .allocate(capacity: 1)
      sem_init(available, 0, 0)
    }

    deinit {
      sem_destroy(available)
      available.deallocate()
    }

    /// Adds a job; nil ends the thread.
    func add(_ job: Job?) {
      jobs.withLock { $0.append(job) }
      sem_post(available)
    }

    func drain(_ value: inout Value) {
      while true {
        guard sem_wait(available) == 0 else { continue }
        guard let job = jobs.withLock({ $0.removeFirst() }) else { return }
        job(&value)
      }
    }
  }
}
