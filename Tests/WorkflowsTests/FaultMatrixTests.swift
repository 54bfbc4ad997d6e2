import Concurrency
import Reporting
import Simulation
import Testing

@testable import Workflows

/// Every call of a workflow goes wrong in every way, once; then the disk is full from every write on.
@Suite struct FaultMatrixTests {
  @Test(arguments: Rehearsal.short) func everyFaultIsSurvived(rehearsal: Rehearsal) async throws {
    // Of the points in a sample, fewer may be calls than in all.
    #expect(try await everyFault(rehearsal) > (Rehearsal.stride == 1 ? 50 : 0))
  }

  @Test(arguments: Rehearsal.reversible)
  func aDiskThatIsFullFromAnyWriteOnIsSurvived(rehearsal: Rehearsal) async throws {
    var point = Rehearsal.firstPoint - Rehearsal.stride
    var isOver = false
    while !isOver {
      point += Rehearsal.stride
      isOver = try await withBench { [point] bench in
        let server = try bench.server(plan: { moment in
          guard moment.effect == "write", moment.side == .before, moment.number >= point else { return .go }
          return .fail(Failure(.storeFailure, "database or disk is full"))
        })
        let workflow = try? await run(rehearsal.request(bench), on: server)
        let known = try await server.manager.list(state: nil, limit: 1, cursor: nil).workflows.first
        let isInTheBooks = try await bench.podRow("pod1") != nil
        if isInTheBooks, known?.kind == .setupRunner, known?.steps.last?.state != .succeeded {
          #expect(await bench.account.pods.isEmpty, "a pod goes on, full from point \(point)")
        }
        await server.manager.close()
        await server.bury()
        _ = try await bench.recover(.resume)
        try await bench.check("\(rehearsal.testDescription), full from point \(point)")
        return workflow?.state == .succeeded
      }
    }
    #expect(point > 50)
  }

  /// Runs it with each fault of each moment.
  ///
  /// - Returns: How many runs there were.
  private func everyFault(_ rehearsal: Rehearsal) async throws -> Int {
    var count = 0
    var point = Rehearsal.firstPoint
    var kind = 0
    while true {
      let next: Int? = try await withBench { [point, kind] bench in
        await bench.account.set { $0.portDelay = 6 }
        let request = try await rehearsal.request(bench)
        // How many faults there are for this moment; nil when it never came.
        let faults = Locked<Int?>(nil)
        let server = try bench.server(plan: { moment in
          guard moment.number == point else { return .go }
          let all = Self.faults(of: moment)
          faults.withLock { $0 = all.count }
          return kind < all.count ? .fail(all[kind]) : .go
        })
        let workflow = try? await run(request, on: server)
        await server.manager.close()
        await server.bury()
        let context = "point \(point), fault \(kind), \(workflow?.error?.message ?? "no error")"
        if let error = workflow?.error {
          #expect(error.details["workflowId"] != nil && !error.message.isEmpty)
          for pod in await bench.account.pods.keys {
            #expect(error.message.contains("Still there: pod \(pod)"), "\(context)")
          }
        }
        _ = try await bench.recover(.resume)
        try await bench.check(context)
        return faults.withLock { $0 }
      }
      guard let next else { return count }
      count += 1
      kind += 1
      if kind >= next { (point, kind) = (point + Rehearsal.stride, 0) }
    }
  }

  private func run(_ request: WorkflowRequest, on server: Server) async throws -> Workflow {
    let id = try await server.manager.start(request).id
    return try await server.manager.wait(id, timeout: nil, progress: .silent)
  }

  /// What can go wrong right before or right after an effect.
  static func faults(of moment: SimulatedProcess.Moment) -> [Failure] {
    let cut = Failure(.ambiguousOutcome, "The connection was cut before the answer came.")
    let refusals: [Failure.Kind] = [.apiFailure, .networkFailure, .rateLimited, .unauthorized, .apiRetired]
    switch (moment.effect.split(separator: " ").first, moment.side) {
    case ("RunPod", .before): return refusals.map { Failure($0, "RunPod says \($0.rawValue).") } + [cut]
    case ("RunPod", .after): return [cut]
    case ("GitHub", .before): return refusals.map { Failure($0, "GitHub says \($0.rawValue).") }
    case ("GitHub", .after): return [Failure(.networkFailure, "The connection was cut.")]
    case ("pod", .before): return [Failure(.sshUnreachable, "Nobody answers."), Failure(.networkFailure, "Cut.")]
    case ("pod", .after): return [Failure(.networkFailure, "The connection was lost.", retryable: false)]
    case ("write", .before): return [Failure(.storeFailure, "database or disk is full")]
    default: return []
    }
  }
}
