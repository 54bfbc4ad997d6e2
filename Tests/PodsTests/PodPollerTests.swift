import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Testing

@testable import Pods

@Suite struct PodPollerTests {
  /// The first call is held until the others have come; they must not be served by it, and share the next one.
  @Test func thoseWhoComeDuringACallShareTheNext() async throws {
    let calls = Locked(0)
    let (gate, open) = AsyncStream<Void>.makeStream()
    let poller = PodPoller(time: JumpClock().time) {
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      if call == 1 { for await _ in gate { break } }
      return PodList([RemotePod(id: "seen in call \(call)", name: "", desiredStatus: "RUNNING")])
    }
    let first = Task { try await poller.pods(.urgent) }
    while calls.withLock({ $0 }) == 0 { await Task.yield() }
    let others = (0..<50).map { _ in Task { try await poller.pods(.urgent) } }
    while await poller.waiting < 51 { await Task.yield() }
    open.yield()
    #expect(try await first.value.pods.keys.contains("seen in call 1"))
    for other in others { #expect(try await other.value.pods.keys.contains("seen in call 2")) }
    #expect(calls.withLock { $0 } == 2)
  }

  @Test func closingSendsEveryoneAway() async throws {
    let poller = PodPoller(time: JumpClock().time) { throw Failure(.networkFailure, "The network is unreachable.") }
    let waiter = Task { try await poller.pods(.patient(since: .now)) }
    while await poller.waiting < 1 { await Task.yield() }
    await poller.close()
    await #expect(throws: CancellationError.self) { _ = try await waiter.value }
  }
}
