import FoundationEssentials
import Runners
import Testing

@testable import Workflows

/// A workflow as the matrices run it, over and over.
struct Rehearsal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Brings about what must be there before, and says what to start.
  let request: @Sendable (Bench) async throws -> WorkflowRequest

  init(_ title: String, request: @escaping @Sendable (Bench) async throws -> WorkflowRequest) {
    testDescription = title
    self.request = request
  }

  /// A workflow for which nothing has to be there.
  init(_ request: WorkflowRequest) { self.init(request.kind.rawValue) { _ in request } }
}

extension Rehearsal {
  static let setupRunner = Rehearsal(.setupRunner(.sample { $0.terms.verify = .job }))
  static let setupFleet = Rehearsal(.setupFleet(FleetSetup(members: [.sample(), .sample()])))
  static let runErrand = Rehearsal(WorkflowRequest(RunErrand.self, RunErrand.Parameters()))

  static let teardownRunner = Rehearsal("teardownRunner") { bench in
    let done = try #require(try await bench.done(.setupRunner(.sample())).setupResult)
    return .teardownRunner(RunnerTeardown(podId: done.podId, repoUrl: done.repoUrl))
  }

  static let teardownFleet = Rehearsal("teardownFleet") { bench in
    let id = try await bench.done(.setupFleet(FleetSetup(members: [.sample(), .sample()]))).id
    return .teardownFleet(FleetTeardown(fleetId: id))
  }

  static let undoneSetup = Rehearsal("setupRunner that is undone") { bench in
    await bench.site.set { $0.failures["start"] = "start the runner ended" }
    return .setupRunner(.sample())
  }

  static let setupFleetOfOne = Rehearsal(.setupFleet(fleetOfOne))

  static let teardownFleetOfOne = Rehearsal("teardownFleet") { bench in
    _ = try await bench.done(.setupFleet(fleetOfOne))
    return .teardownFleet(FleetTeardown(name: "gpus"))
  }

  private static let fleetOfOne = FleetSetup(name: "gpus", members: [.sample()])

  /// One stays, one is replaced, one is new, one is taken away.
  static let changedFleet = Rehearsal("a fleet that changes") { bench in
    let before = FleetSetup(name: "gpus", members: ["a", "b", "c"].map { .sample(named: $0) })
    _ = try await bench.done(.setupFleet(before))
    let replaced = RunnerSetup.sample(named: "b") { $0.options.labels = ["big"] }
    return .setupFleet(FleetSetup(name: "gpus", members: [.sample(named: "a"), replaced, .sample(named: "d")]))
  }

  /// At least one for each workflow.
  static let all = [setupRunner, teardownRunner, setupFleet, changedFleet, teardownFleet, runErrand]
  /// The same as short as can be, for what is run many times at each point.
  static let short = [setupRunner, undoneSetup, teardownRunner, setupFleetOfOne, teardownFleetOfOne, runErrand]
  /// Those that can be undone and need nothing to be there.
  static let reversible = [setupRunner, setupFleet, runErrand]
}

extension Rehearsal {
  /// From one point that is tried to the next: every one with RUNPOD_RPC_MATRIX=full, otherwise every fourth.
  static let stride = ProcessInfo.processInfo.environment["RUNPOD_RPC_MATRIX"] == "full" ? 1 : 4

  /// The first point that is tried, drawn by RUNPOD_RPC_SEED: the number of a point that failed tries it again.
  static let firstPoint: Int = {
    let seed = ProcessInfo.processInfo.environment["RUNPOD_RPC_SEED"].flatMap { UInt($0) } ?? .random(in: 0..<10_000)
    return Int(seed % UInt(stride) + UInt(stride) - 1) % stride + 1
  }()
}
