import GitHubAPI
import Testing

@testable import Runners

@Suite struct RunnerAssessmentTests {
  private static func github(_ status: String, busy: Bool = false) -> RunnerAssessment.Registration {
    .present(GitHubRunner(id: 1, name: "r", os: "linux", status: status, busy: busy))
  }

  private static func pod(_ change: (inout PodReport) -> Void = { _ in }) -> PodReport {
    var report = PodReport(isInstalled: true, isConfigured: true, name: "r", mode: .supervised, hasListener: true)
    change(&report)
    return report
  }

  private static let gone = pod {
    $0.hasListener = false
    $0.mode = nil
  }

  @Test(
    arguments: [
      (PodReport(), .absent, .notInstalled),
      (PodReport(isInstalled: true), .absent, .notInstalled),
      (pod(), github("online"), .online),
      (pod(), github("online", busy: true), .busy),
      (pod(), github("offline"), .offline),
      (pod(), .absent, .offline),
      (pod { $0.hasWorker = true }, github("offline"), .busy),
      (pod(), .notAsked(reason: ""), .offline),
      (pod { $0.isListening = true }, .notAsked(reason: ""), .online),
      (pod { $0.hasWorker = true }, .notAsked(reason: ""), .busy),
      (gone, github("offline"), .stopped),
      (gone, github("online"), .stopped),
      (pod { $0.hasListener = false }, github("online"), .offline),
      (pod { ($0.hasListener, $0.mode, $0.state) = (false, nil, .deprecated) }, github("offline"), .offline),
      (pod { ($0.hasListener, $0.mode, $0.state) = (false, nil, .unregistered) }, .absent, .offline),
      (pod { ($0.hasListener, $0.mode, $0.state) = (false, nil, .finished) }, .absent, .stopped),
    ] as [(PodReport, RunnerAssessment.Registration, RunnerStatus)]
  )
  func oneWordFromTwoWitnesses(
    pod: PodReport,
    registration: RunnerAssessment.Registration,
    expected: RunnerStatus
  ) {
    let assessment = RunnerAssessment(pod: pod, registration: registration)
    #expect(assessment.status == expected)
    #expect(!assessment.reasons.isEmpty)
  }

  @Test func aGhostIsPointedOut() {
    let assessment = RunnerAssessment(pod: Self.gone, registration: Self.github("online"))
    #expect(assessment.reasons.contains("GitHub still shows it online."))
  }
}
