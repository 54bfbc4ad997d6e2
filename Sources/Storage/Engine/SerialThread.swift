import Concurrency
import Glibc

/// A queue of blocking jobs on one thread of our own, in the order in which they were given.
///
/// The thread ends when the last reference to this object goes, after the jobs it was given.
package final class SerialThread: Sendable {
  private let queue: Queue

  /// - Parameter name: Shown by `ps -L`; at most 15 bytes.
  package init(name: String) {
    queue = Queue()
    WorkerThread.start(name: name) { [queue] in queue.drain() }
  }

  deinit { queue.add(nil) }

  /// Runs `job` on the thread and waits for what it returns. Cancellation does not reach it: what was asked is done.
  package func run<Result: Sendable>(_ job: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.add { continuation.resume(with: Swift.Result(catching: job)) }
    }
  }

  private final class Queue: @unchecked Sendable {
    // @unchecked: `jobs` is a `Locked`; the semaphore is made for use by several threads.
    private let jobs = Locked<[(@Sendable () -> Void)?]>([])
    private let available: UnsafeMutablePointer<sem_t>

    init() {
      available = .allocate(capacity: 1)
      sem_init(available, 0, 0)
    }

    deinit {
      sem_destroy(available)
      available.deallocate()
    }

    /// Adds a job; nil ends the thread.
    func add(_ job: (@Sendable () -> Void)?) {
      jobs.withLock { $0.append(job) }
      sem_post(available)
    }

    func drain() {
      while true {
        guard sem_wait(available) == 0 else { continue }
        guard let job = jobs.withLock({ $0.removeFirst() }) else { return }
        job()
      }
    }
  }
}
