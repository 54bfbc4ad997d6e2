import GitHubAPI
import Outside
import Reporting
import Storage

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
    let place = RunnerPlace(podId: podId, name: name, workDirectory: workDirectory)
    var (report, reasons) = try await revived(try await look(at: place), at: place)
    if !report.isConfigured {
      report.takeRegistration(try await inventoried(on: podId).first { $0.isMeant(by: place) })
    }
    var runner = try await runner(on: podId, report, repoUrl: repoUrl)
    runner.reasons += reasons
    return runner
  }

  /// All runners of a pod, each as `status` tells it, and registrations that the pod has lost the files of.
  package func list(podId: String) async throws -> [Runner] {
    let output = try await run(.list, at: RunnerPlace(podId: podId))
    var runners: [Runner] = []
    for facts in output.runners {
      let found = PodReport(facts)
      let place = RunnerPlace(podId: podId, name: found.name, workDirectory: found.workDirectory)
      let (report, reasons) = try await revived(found, at: place)
      var runner = try await runner(on: podId, report, repoUrl: nil)
      runner.reasons += reasons
      runners.append(runner)
    }
    for record in try await inventoried(on: podId)
    where !runners.contains(where: { $0.name.bytes == record.name.bytes && $0.repoUrl != nil }) {
      var report = PodReport()
      report.takeRegistration(record)
      let lost = try await runner(on: podId, report, repoUrl: nil)
      if lost.status == .orphan { runners.append(lost) }
    }
    return runners
  }

  /// The registrations of a pod that the inventory has.
  func inventoried(on podId: String) async throws -> [RegistrationRecord] { try await registrations.list(podId: podId) }

  /// Starts the runner of a container that has restarted, which nothing else may have done.
  ///
  /// - Returns: The report after that, and what was done, a sentence each.
  private func revived(_ report: PodReport, at place: RunnerPlace) async throws -> (PodReport, [String]) {
    guard report.hasRestarted else { return (report, []) }
    do {
      let started = try await run(.start, at: place)
      return (PodReport(started.facts), ["Its container has restarted, and the runner was started again."])
    } catch let failure as Failure {
      return (report, ["Its container has restarted, and the runner could not be started again: \(failure.message)"])
    }
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

extension PodReport {
  /// Takes name and place of a registration that the pod itself no longer has.
  fileprivate mutating func takeRegistration(_ record: RegistrationRecord?) {
    guard let record else { return }
    (name, url) = (record.name, record.url)
  }
}

extension RegistrationRecord {
  /// Which directory it was in, only the pod could tell.
  fileprivate func isMeant(by place: RunnerPlace) -> Bool {
    place.name.map { $0.bytes == name.bytes } ?? (place.workDirectory == nil)
  }
}
