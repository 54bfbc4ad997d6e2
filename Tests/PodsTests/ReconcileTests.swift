import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

@Suite struct ReconcileTests {
  private let world = World()

  private func kinds(_ result: Reconciliation) -> [Finding.Kind] { result.findings.map(\.kind) }

  @Test func nothingIsFoundWhereAllIsWell() async throws {
    _ = try await world.created()
    let result = try await world.manager.reconcile()
    #expect(result.findings.isEmpty)
    #expect(result.costPerHour == 0.2)
    #expect(await world.account.calls["pods"] == 1)
  }

  @Test func namesThatWeGaveAreToldFromOthers() {
    #expect(PodIntent.isOurs(PodIntent.unique(for: "")))
    #expect(PodIntent.isOurs(PodIntent.unique(for: "trainer")))
    #expect(PodIntent.isOurs(PodIntent.unique(for: String(repeating: "é", count: 300))))
    for name in ["", "trainer", "runpod-rpc-abcdefghijkl", "my-pod-123456789012", "-abcdefghijkl"] {
      #expect(!PodIntent.isOurs(name))
    }
    let passed = (0..<50_000).count { _ in PodIntent.isOurs("pod-" + PodIntent.unique(for: "x").suffix(12)) }
    #expect(passed < 5)
  }

  @Test func podsOfOthersAreCountedAndNeverTouched() async throws {
    let other = try await world.account.createByHand()
    let result = try await world.manager.reconcile(apply: true, orphans: .end)
    #expect(result.findings.isEmpty)
    #expect(result.others == Reconciliation.Others(count: 1, costPerHour: 0.2))
    #expect(await world.account.pods[other.id] != nil)
    #expect(try await world.rows().isEmpty)
  }

  @Test func aPodOfLostBooksIsAdopted() async throws {
    let orphan = try await world.account.createByHand(PodIntent.unique(for: "ci"))
    let look = try await world.manager.reconcile()
    #expect(kinds(look) == [.orphan])
    #expect(look.findings.first?.action == nil)
    #expect(try await world.rows().isEmpty)
    let applied = try await world.manager.reconcile(apply: true)
    #expect(applied.findings.map(\.action) == [.adopted])
    #expect(try await world.status(orphan.id) == .starting)
    #expect(try await world.manager.reconcile().findings.isEmpty)
  }

  @Test func aPodOfLostBooksIsEndedWhenAsked() async throws {
    _ = try await world.account.createByHand(PodIntent.unique(for: "ci"))
    let applied = try await world.manager.reconcile(apply: true, orphans: .end)
    #expect(applied.findings.map(\.action) == [.ended])
    #expect(await world.account.pods.isEmpty)
  }

  @Test func whatIsSeenOnceIsNotTouched() async throws {
    let orphan = try await world.account.createByHand(PodIntent.unique(for: ""))
    await world.account.set { $0.onSecondList = { $0.rename(orphan.id, "somebody else's") } }
    let result = try await world.manager.reconcile(apply: true, orphans: .end)
    #expect(result.findings.isEmpty)
    #expect(result.others.count == 1)
    #expect(await world.account.calls["pods"] == 2)
    #expect(await world.account.pods[orphan.id] != nil)
  }

  @Test func whatNobodyWantsIsOverdueAndIsEnded() async throws {
    let now = world.clock.now
    let id = try #require(try await world.create { $0.terminateAfter = now + 60 }.id)
    world.clock.advance(61)
    let look = try await world.manager.reconcile()
    #expect(kinds(look) == [.overdue])
    #expect(await world.account.pods[id] != nil)
    #expect(try await world.manager.reconcile(apply: true).findings.map(\.action) == [.ended])
    #expect(await world.account.pods.isEmpty)
  }

  /// RunPod had refused it, and then it is there.
  @Test func aPodWhoseCreationWasRefusedIsOverdue() async throws {
    await world.account.prepare("create", .refused(Failure(.noCapacity, "No instances.")))
    await #expect(throws: Failure.self) { try await world.create() }
    let name = try #require(try await world.rows().first?.name)
    _ = try await world.account.createByHand(name)
    #expect(kinds(try await world.manager.reconcile()) == [.overdue])
    await world.manager.sweep()
    #expect(await world.account.pods.isEmpty)
  }

  @Test func lostOutbidAndStoppedPodsAreToldWithTheirCosts() async throws {
    let lost = try await world.created()
    let outbid = try await world.created()
    let stopped = try await world.created()
    world.clock.advance(200)
    await world.account.remove(lost)
    await world.account.change(outbid) { pod in
      pod.remote.desiredStatus = "EXITED"
      pod.remote.lastStatusChange = "Outbid: today"
    }
    _ = try await world.manager.stop(stopped)
    let result = try await world.manager.reconcile(apply: true)
    let found = Dictionary(uniqueKeysWithValues: result.findings.map { ($0.podId, $0) })
    #expect(found[lost]?.kind == .lost)
    #expect(found[lost]?.costPerHour == 0)
    #expect(found[outbid]?.kind == .outbid)
    #expect(found[stopped]?.kind == .stopped)
    // 50 GB at 20 cents a month.
    #expect(abs((found[stopped]?.costPerHour ?? 0) - 0.0137) < 0.0001)
    #expect(result.findings.allSatisfy { $0.action == nil && !$0.advice.isEmpty })
    world.clock.advance(86_500)
    #expect(!kinds(try await world.manager.reconcile()).contains(.lost))
  }

  @Test func aServerThatLastsWarnsOnceAndTouchesNothing() async throws {
    let orphan = try await world.account.createByHand(PodIntent.unique(for: "ci"))
    let keeping = Task { try await world.manager.keep() }
    while world.notices.withLock({ $0.isEmpty }) { await Task.yield() }
    for _ in 0..<1000 { await Task.yield() }
    keeping.cancel()
    _ = await keeping.result
    #expect(world.notices.withLock { $0.count } == 1)
    #expect(world.notices.withLock { $0.first?.contains("1 unknown to this state file ($0.2 an hour)") } == true)
    #expect(await world.account.pods[orphan.id] != nil)
    #expect(try await world.rows().isEmpty)
  }
}
