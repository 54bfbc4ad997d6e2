import CSystem
import Glibc

/// A thread of our own for work that blocks, which must never run on the cooperative pool.
package enum WorkerThread {
  /// Starts a detached thread that runs `body` once. All signals are blocked in it.
  ///
  /// - Parameters:
  ///   - name: Shown by `ps -L` and debuggers; at most 15 bytes are kept.
  ///   - stackSize: Bytes of stack; most of our loops need little.
  package static func start(name: String, stackSize: Int = 512 * 1024, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackSize)
    defer { pthread_attr_destroy(&attributes) }
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let status = pthread_create(
      &thread,
      &attributes,
      { context in
        guard let context else { return nil }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        csystem_name_thread(start.name)
        start.body()
        return nil
      },
      start.toOpaque()
    )
    precondition(status == 0, "no thread could be started: errno \(status)")
  }

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
