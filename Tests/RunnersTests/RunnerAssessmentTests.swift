import GitHubAPI
import Testing

@testable import Runners

@Suite struct RunnerAssessmentTests {
  typealias Case = (PodReport, RunnerAssessment.Registration, RunnerStatus)

  private static func github(_ status: String, busy: Bool = false) -> RunnerAssessment.Registration {
    .present(GitHubRunner(id: 1, name: "r", os: "linux", status: status, busy: busy))
  }

  private static let unasked = RunnerAssessment.Registration.notAsked(reason: "there is no token.")

  /// A runner that has been listening for long.
  private static func up(_ change: (inout PodReport) -> Void = { _ in }) -> PodReport {
    var report = PodReport(isInstalled: true, isConfigured: true, name: "r", mode: .supervised, hasListener: true)
    (report.isListening, report.activity, report.state, report.age) = (true, .listening, .running, 1000)
    change(&report)
    return report
  }

  /// One of which nothing runs.
  private static func down(_ state: PodReport.State?) -> PodReport {
    up { ($0.hasListener, $0.mode, $0.state) = (false, nil, state) }
  }

  private static let young = up { $0.age = 5 }
  private static let silent = up { ($0.isListening, $0.activity) = (false, nil) }

  @Test(
    arguments: [
      (PodReport(), .absent, .notInstalled),
      (PodReport(isInstalled: true), .absent, .installed),
      (PodReport(isInstalled: true, state: .finished), .absent, .installed),
      (down(nil), github("offline"), .configured),
      (down(.stopped), github("offline"), .stopped),
      (down(.stopped), github("online"), .stopped),
      (down(.stopped), unasked, .stopped),
      (down(.stopped), .absent, .orphan),
      (down(.finished), .absent, .stopped),
      (down(.running), github("online"), .crashed),
      (down(.restarting), github("offline"), .crashed),
      (down(.deprecated), github("offline"), .deprecated),
      (down(.unregistered), .absent, .orphan),
    ] as [Case]
  )
  func oneWordWithoutProcesses(
    pod: PodReport,
    registration: RunnerAssessment.Registration,
    expected: RunnerStatus
  ) {
    check(pod, registration, expected)
  }

  @Test(
    arguments: [
      (up(), github("online"), .online),
      (up(), github("online", busy: true), .busy),
      (up(), github("offline"), .offline),
      (up(), .absent, .orphan),
      (up(), unasked, .online),
      (up { $0.hasWorker = true }, github("offline"), .busy),
      (up { $0.hasWorker = true }, .absent, .busy),
      (up { $0.hasWorker = true }, unasked, .busy),
      (up { $0.activity = .disconnected }, github("online"), .offline),
      (up { $0.activity = .conflict }, github("offline"), .starting),
      (up { $0.activity = .updating }, github("offline"), .updating),
      (up { ($0.activity, $0.hasListener) = (.updating, false) }, github("offline"), .updating),
      (young, .absent, .starting),
      (young, github("offline"), .starting),
      (young, github("online"), .online),
      (silent, unasked, .offline),
      (up { ($0.isListening, $0.activity, $0.age) = (false, nil, 5) }, github("offline"), .starting),
      (up { ($0.hasListener, $0.age) = (false, 5) }, github("offline"), .starting),
      (up { $0.hasListener = false }, github("online"), .crashed),
      (up { ($0.hasListener, $0.state, $0.age) = (false, .restarting, 5) }, github("online"), .crashed),
    ] as [Case]
  )
  func oneWordWithProcesses(
    pod: PodReport,
    registration: RunnerAssessment.Registration,
    expected: RunnerStatus
  ) {
    check(pod, registration, expected)
  }

  private func check(
    _ pod: PodReport,
    _ registration: RunnerAssessment.Registration,
    _ expected: RunnerStatus,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let assessment = RunnerAssessment(pod: pod, registration: registration)
    #expect(assessment.status == expected, sourceLocation: location)
    #expect(!assessment.reasons.isEmpty, sourceLocation: location)
  }

  @Test func aGhostIsPointedOut() {
    let assessment = RunnerAssessment(pod: Self.down(.stopped), registration: Self.github("online"))
    #expect(assessment.reasons.contains("GitHub still shows it online."))
  }

  @Test func howARunnerLostItsRegistrationIsToldOnceItHasEnded() {
    let reports = [Self.up(), Self.down(.finished), Self.down(.unregistered), Self.down(nil)]
    let reasons = reports.map { report in
      var report = report
      report.isConfigured = false
      return RunnerAssessment(pod: report, registration: .absent).reasons
    }
    #expect(
      reasons == [
        ["Its registration is gone, as it is after the job of a runner for one, and it is about to end."],
        ["It has done its one job."],
        ["GitHub no longer knew it, and it gave up its registration."],
        ["It is unpacked but not registered."],
      ]
    )
  }

  @Test func anEarlierRunnersRegistrationIsNotThisOnes() async throws {
    let world = World(.init(isConfigured: true, listens: true), .init(looks: [[FakeGitHub.runner("r1", id: 99)]]))
    #expect(try await world.manager.status(podId: "p").status == .orphan)
  }
}
