import Glibc

/// SIGTERM, SIGHUP and SIGINT, taken one by one by a thread that waits for them.
struct TerminationSignals {
  private var set = sigset_t()

  /// Blocks the signals in this thread and in those that it starts.
  ///
  /// Not in an async `main`: its main thread ends up suspended with every signal unblocked, and dies of the first.
  init() {
    sigemptyset(&set)
    for signal in [SIGTERM, SIGHUP, SIGINT] { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Blocks the calling thread until the next one comes; returns its number.
  func next() -> Int32 {
    var set = set
    var signal: Int32 = 0
    sigwait(&set, &signal)
    return signal
  }
}
