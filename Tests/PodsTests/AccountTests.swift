import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess
import Testing

@testable import Pods

/// One state file and several keys: a pod is gone only when its own account says so.
@Suite struct AccountTests {
  private let clock = JumpClock()
  private let store = PodStore(.inMemory())

  private func account(_ key: String, userId: String?) async -> SimulatedAccount {
    let account = SimulatedAccount(fingerprint: key, now: clock.time.now)
    await account.set { $0.userId = userId }
    return account
  }

  private func manager(_ account: SimulatedAccount) -> PodManager {
    PodManager(
      provider: account,
      store: store,
      mirror: nil,
      publicKey: nil,
      time: clock.time,
      probe: { _, _, _ in .banner("SSH-2.0-x") }
    )
  }

  private func rent(_ manager: PodManager) async throws -> String {
    let request = PodRequest(imageName: "x", gpuTypeIds: ["NVIDIA L4"])
    return try #require(try await manager.create(request, progress: .silent).id)
  }

  @Test(arguments: [true, false]) func anotherAccountsKeyChangesNothing(hasUserIds: Bool) async throws {
    let mine = await account("a", userId: hasUserIds ? "user_a" : nil)
    let id = try await rent(manager(mine))
    _ = try await manager(mine).live()
    let others = await account("b", userId: hasUserIds ? "user_b" : nil)
    let other = manager(others)
    let before = try await store.find(podId: id)
    for call: @Sendable () async throws -> Void in [
      { _ = try await other.terminate(id) }, { _ = try await other.stop(id) }, { _ = try await other.get(id) },
      { _ = try await other.status(id) }, { _ = try await other.resume(id, gpuCount: nil, bidPerGpu: nil) },
      { _ = try await other.wait(id, timeout: .seconds(5), progress: .silent) },
      { _ = try await other.extend(id, lifetimeSeconds: 60) },
    ] {
      let failure = await #expect(throws: Failure.self) { try await call() }
      #expect(failure?.kind == .forbidden)
      #expect(failure?.message.contains("another RunPod account") == true)
    }
    clock.advance(600)
    let page = try await other.list(status: nil, limit: 10, cursor: nil)
    #expect(page.pods.isEmpty)
    #expect(page.otherAccounts == 1)
    #expect(try await other.reconcile(apply: true, orphans: .end).findings.isEmpty)
    await other.sweep()
    #expect(try await store.find(podId: id) == before)
    #expect(await mine.pods[id] != nil)
    #expect(try await manager(mine).terminate(id).status == .terminated)
    #expect(await mine.pods.isEmpty)
  }

  @Test(arguments: [true, false]) func aNewKeyOfTheSameAccountGoesOn(hasUserIds: Bool) async throws {
    let old = await account("a", userId: hasUserIds ? "user_a" : nil)
    let id = try await rent(manager(old))
    let second = try await rent(manager(old))
    _ = try await manager(old).live()
    let new = await account("b", userId: hasUserIds ? "user_a" : nil)
    await new.take(from: old)
    #expect(try await manager(new).live().compactMap(\.id) == [id, second])
    #expect(try await manager(new).terminate(id).status == .terminated)
    #expect(try await manager(new).list(status: nil, limit: 10, cursor: nil).otherAccounts == nil)
  }

  /// GraphQL tells whose key it is; REST, to which the service moves when GraphQL ends, does not.
  @Test func anAccountKeepsItsNameWhenTheApiNoLongerTellsIt() async throws {
    let told = await account("a", userId: "user_a")
    let id = try await rent(manager(told))
    _ = try await manager(told).live()
    #expect(try await store.find(podId: id)?.account == "user_a")
    let untold = await account("a", userId: nil)
    await untold.take(from: told)
    #expect(try await manager(untold).live().map(\.id) == [id])
    #expect(try await store.find(podId: id)?.account == "user_a")
  }

  @Test func aStateFileOfBeforeBelongsToTheFirstKey() async throws {
    let mine = await account("a", userId: "user_a")
    let id = try await rent(manager(mine))
    let row = try #require(try await store.find(podId: id))
    _ = try await store.update(number: row.number) { $0.account = nil }
    #expect(try await manager(mine).live().map(\.id) == [id])
    #expect(try await store.find(podId: id)?.account == "user_a")
  }
}
