import GitHubAPI
import Reporting

extension RunnerManager {
  /// How a pod's runner is, by its processes and by GitHub.
  ///
  /// - Parameters:
  ///   - repoUrl: Where it is registered, if the pod's own word is not to be taken for it.
  ///   - name: Which runner, on a pod that has several.
  ///   - workDirectory: Its directory, if the pod cannot know.
  /// - Throws: `Failure`: `conflict` when there are several and none was named, and what reaching the pod fails with.
  package func status(
    podId: String,
    repoUrl: String? = nil,
    name: String? = nil,
    workDirectory: String? = nil
  ) async throws -> Runner {
    let report = try await look(at: RunnerPlace(podId: podId, name: name, workDirectory: workDirectory))
    return try await runner(on: podId, report, repoUrl: repoUrl)
  }

  /// All runners of a pod, each as `status` tells it.
  package func list(podId: String) async throws -> [Runner] {
    let output = try await run(.list, at: RunnerPlace(podId: podId))
    var runners: [Runner] = []
    for facts in output.runners { runners.append(try await runner(on: podId, PodReport(facts), repoUrl: nil)) }
    return runners
  }

  func look(at place: RunnerPlace) async throws -> PodReport { PodReport(try await run(.status, at: place).facts) }

  /// What a pod's own word and GitHub's come to.
  func runner(on podId: String, _ report: PodReport, repoUrl: String?) async throws -> Runner {
    let registration = try await registration(report, repoUrl: repoUrl)
    let assessment = RunnerAssessment(pod: report, registration: registration)
    var runner = Runner(
      name: report.name ?? "",
      podId: podId,
      repoUrl: report.url ?? repoUrl,
      status: assessment.status,
      mode: report.mode,
      version: report.version,
      githubId: report.githubId,
      busy: assessment.status == .busy,
      workDirectory: report.workDirectory,
      reasons: assessment.reasons
    )
    if case .present(let known) = registration {
      runner.labels = known.labels
      runner.githubId = known.id
    }
    return runner
  }

  /// What GitHub says about the runner of a report. That it will not say is no failure.
  private func registration(_ report: PodReport, repoUrl: String?) async throws -> RunnerAssessment.Registration {
    guard let name = report.name, let url = repoUrl ?? report.url else {
      return .notAsked(reason: "there is no name to ask for.")
    }
    do {
      let found = try await lookUp(name, in: RunnerScope(repoUrl: url))
      // One of the same name that was registered later is another runner.
      return found.first { report.githubId == nil || $0.id == report.githubId }.map { .present($0) } ?? .absent
    } catch let failure as Failure {
      return .notAsked(reason: failure.message)
    }
  }
}
