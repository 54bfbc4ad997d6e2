import FoundationEssentials
import Pods
import Reporting
import Simulation
import Storage
import Testing

@testable import Workflows

/// What must be true of the world when every server has done what it could, whatever happened before.
extension Bench {
  /// The next server, some minutes later: takes up what was left, and waits until everything is over.
  ///
  /// - Returns: How the newest workflow ended.
  func recover(_ mode: RecoveryMode) async throws -> WorkflowState? {
    let server = try server()
    await server.manager.recover(mode)
    var newest: WorkflowState?
    for id in try await allIDs().reversed() {
      newest = try await server.manager.wait(id, timeout: nil, progress: .silent).state
    }
    try await settle(server)
    return newest
  }

  /// What any living server does as time goes by: ends pods that are overdue.
  func settle(_ server: Server) async throws {
    for _ in 0..<3 {
      clock.advance(400)
      await server.world.podManager.sweep()
    }
  }

  /// The state of the newest workflow in the journal.
  func newestState() async throws -> WorkflowState? {
    try await WorkflowStore(Database(path: stateFile)).list(limit: 1).workflows.first.map { try Workflow($0).state }
  }

  func podRow(_ id: String) async throws -> PodRecord? {
    try await PodStore(Database(path: stateFile)).find(podId: id)
  }

  func allIDs() async throws -> [String] {
    try await WorkflowStore(Database(path: stateFile)).list(limit: 10_000).workflows.map(\.id)
  }

  /// Every workflow is done or undone, the account has exactly the pods and GitHub exactly the runners that it should.
  func check(_ context: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let database = Database(path: stateFile)
    let store = WorkflowStore(database)
    var records = try await store.list(limit: 10_000).workflows
    for record in records { records += try await store.parts(of: record.id) }
    let workflows = try records.map { try Workflow($0) }
    for workflow in workflows {
      #expect(workflow.state.isOver, "\(context): \(workflow.id)", sourceLocation: sourceLocation)
      let events = try await store.events(workflow.id, limit: 10_000).map { try WorkflowEvent($0) }
      let isSound = isSound(events, of: workflow)
      let words = events.map { "\($0.sequence) \($0.type) \($0.state ?? "") \($0.fraction ?? -1)" }
      #expect(isSound, "\(context): \(workflow.id) \(words)", sourceLocation: sourceLocation)
    }
    let (pods, runners) = expected(after: workflows)
    let present = await account.pods
    #expect(Set(present.keys) == pods, "\(context): pods", sourceLocation: sourceLocation)
    #expect(await Set(site.registered.values) == runners, "\(context): runners", sourceLocation: sourceLocation)
    let asked = await account.createdNames
    #expect(asked.values.allSatisfy { $0 == 1 }, "\(context): asked twice", sourceLocation: sourceLocation)
    let books = try await PodStore(database).live().map(\.podId)
    #expect(Set(books) == Set(pods.map(Optional.some)), "\(context): books", sourceLocation: sourceLocation)
  }

  /// What workflows that succeeded have made, without what a teardown was to take away: a pod that it could not end itself
  /// is overdue, and ended since.
  private func expected(after workflows: [Workflow]) -> (pods: Set<String>, runners: Set<String>) {
    // A name may be taken again: what is torn down is known by its pod.
    var runners: [String: String] = [:]
    for result in workflows.compactMap(\.setupResult) { runners[result.podId] = result.runnerName }
    for result in workflows.compactMap(\.teardownResult) { runners[result.podId] = nil }
    return (Set(runners.keys), Set(runners.values))
  }

  /// Numbered without gaps, begun once, ended once, and never falling back.
  private func isSound(_ events: [WorkflowEvent], of workflow: Workflow) -> Bool {
    let fractions = events.compactMap(\.fraction)
    return events.map(\.sequence) == Array(1...max(events.count, 1))
      && events.first?.type == .started && events.count { $0.type == .started } == 1
      && events.last?.type == .finished && events.last?.state == workflow.state.rawValue
      && fractions == fractions.sorted()
  }
}
