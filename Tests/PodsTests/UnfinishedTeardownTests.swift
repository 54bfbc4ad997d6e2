import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Pods

/// Pods whose termination could not be finished.
@Suite struct UnfinishedTeardownTests {
  private let world = World()

  @Test func aTeardownThatCouldNotFinishIsFinishedFirst() async throws {
    let id = try await world.created()
    await world.account.prepare("terminate", .refused(Failure(.apiFailure, "503")))
    await #expect(throws: Failure.self) { try await world.manager.terminate(id) }
    #expect(try await world.manager.reap(dryRun: true).pods.map(\.verdict) == [.wouldTerminate])
    await world.manager.finishTeardowns()
    #expect(await world.account.pods.isEmpty)
    #expect(try await world.status(id) == .terminated)
    #expect(world.notices.withLock { $0.count == 1 && $0[0].contains("pods/terminate podId=\(id)") })
  }
}
