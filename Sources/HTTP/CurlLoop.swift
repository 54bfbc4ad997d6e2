import CCurl
import Concurrency
import Reporting

/// The thread that runs libcurl, started by the first request.
final class CurlLoop: Sendable {
  private struct State {
    var inbox = CurlInbox()
    /// The multi handle's address while the thread has one, so that it is never woken after its end.
    var multi: UInt?
  }

  private let state = Locked(State())
  private let configuration: CurlTransport.Configuration

  init(configuration: CurlTransport.Configuration) { self.configuration = configuration }

  func reserve() -> Int { state.withLock { $0.inbox.reserve() } }

  func submit(_ submission: CurlInbox.Submission) {
    switch act({ $0.submit(submission) }) {
    case .refuse: submission.continuation.resume(throwing: CancellationError())
    case .startLoop: WorkerThread.start(name: "http") { self.run() }
    case .none, .wakeLoop: break
    }
  }

  func cancel(_ id: Int) { _ = act { $0.cancel(id) } }

  func stop() { _ = act { $0.stop() } }

  private func act(_ change: @Sendable (inout CurlInbox) -> CurlInbox.Effect) -> CurlInbox.Effect {
    state.withLock { state in
      let effect = change(&state.inbox)
      if case .wakeLoop = effect, let multi = state.multi.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) {
        _ = ccurl_multi_wake(multi)
      }
      return effect
    }
  }

  // MARK: On the thread

  private func run() {
    let reason = ccurl_open().map { String(cString: $0) }
    guard reason == nil, let multi = ccurl_multi_new(64) else { return refuseAll(reason ?? "it has no memory") }
    state.withLock { $0.multi = UInt(bitPattern: multi) }
    var transfers: [Int: CurlTransfer] = [:]
    while true {
      let work = state.withLock { $0.inbox.take() }
      for submission in work.submissions { start(submission, multi, &transfers) }
      for id in work.cancellations { transfers[id].map { end($0, .failure(CancellationError()), multi, &transfers) } }
      if work.isStopping { break }
      _ = ccurl_multi_perform(multi)
      var code = CURLE_OK
      while let context = ccurl_next_finished(multi, &code) {
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        end(transfer, transfer.result(code), multi, &transfers)
      }
      _ = ccurl_multi_wait(multi, 60_000)
    }
    for transfer in Array(transfers.values) { end(transfer, .failure(CancellationError()), multi, &transfers) }
    state.withLock { $0.multi = nil }
    ccurl_multi_free(multi)
  }

  private func start(
    _ submission: CurlInbox.Submission,
    _ multi: UnsafeMutableRawPointer,
    _ transfers: inout [Int: CurlTransfer]
  ) {
    do {
      let transfer = try CurlTransfer(submission, configuration)
      transfers[submission.id] = transfer
      guard ccurl_multi_add(multi, transfer.easy) != CURLM_OK else { return }
      transfers[submission.id] = nil
      throw HTTPFailure(.badRequest, "libcurl does not take it", mayHaveReachedServer: false)
    } catch {
      state.withLock { $0.inbox.finish(submission.id) }
      submission.continuation.resume(throwing: error)
    }
  }

  private func end(
    _ transfer: CurlTransfer,
    _ result: Result<HTTPResponse, any Error>,
    _ multi: UnsafeMutableRawPointer,
    _ transfers: inout [Int: CurlTransfer]
  ) {
    _ = ccurl_multi_remove(multi, transfer.easy)
    transfers[transfer.id] = nil
    state.withLock { $0.inbox.finish(transfer.id) }
    transfer.continuation.resume(with: result)
  }

  /// Without libcurl: what is waiting is refused, and the next request starts the loop again.
  private func refuseAll(_ reason: String) {
    let waiting = state.withLock { state in
      let submissions = state.inbox.take().submissions
      for submission in submissions { state.inbox.finish(submission.id) }
      state.inbox.loopEnded()
      return submissions
    }
    for submission in waiting {
      submission.continuation.resume(
        throwing: Failure(
          .environmentIncomplete,
          "libcurl cannot be used: \(reason).",
          hint: "Install it: apt-get install libcurl4 (Debian, Ubuntu), dnf install libcurl (Fedora)."
        )
      )
    }
  }
}
