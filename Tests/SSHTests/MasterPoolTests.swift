import Concurrency
import Testing

@testable import SSH

/// Whoever waits for a connection has not been cancelled because others gave it up.
@Suite(.timeLimit(.minutes(3))) struct MasterPoolTests {
  private static let target = SSHTarget(podId: "p", host: "127.0.0.1", port: 22)

  @Test func whoWaitsForAPoolThatIsClosedIsToldThat() async throws {
    let (attempts, continuation) = AsyncStream<Void>.makeStream()
    let pool = MasterPool(target: Self.target, idleLimit: .seconds(60)) { _ in
      continuation.yield()
      try await Task.sleep(for: .seconds(3600))
      throw ConnectFault.refusedKey
    }
    let waiting = Task { try await pool.acquire(.session, timeout: .seconds(3600)) }
    for await _ in attempts { break }
    await pool.close()
    await #expect(throws: ConnectFault.transient(.other, "the connection was closed")) { _ = try await waiting.value }
  }

  @Test func anAttemptThatWasGivenUpIsMadeAgainForWhoeverCameMeanwhile() async throws {
    let (attempts, begun) = AsyncStream<Void>.makeStream()
    let (end, isToEnd) = AsyncStream<Void>.makeStream()
    let count = Locked(0)
    let pool = MasterPool(target: Self.target, idleLimit: .seconds(60)) { _ in
      guard
        count.withLock({
          $0 += 1; return $0
        }) == 1
      else { throw ConnectFault.refusedKey }
      begun.yield()
      // A client that is being ended takes its time.
      await Task { for await _ in end { break } }.value
      throw CancellationError()
    }
    let first = Task { try await pool.acquire(.session, timeout: .seconds(3600)) }
    for await _ in attempts { break }
    first.cancel()
    await #expect(throws: CancellationError.self) { _ = try await first.value }
    let second = Task { try await pool.acquire(.session, timeout: .seconds(3600)) }
    while await !pool.hasWaiters { await Task.yield() }
    isToEnd.yield()
    await #expect(throws: ConnectFault.refusedKey) { _ = try await second.value }
  }
}
