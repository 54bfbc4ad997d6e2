import GitHubAPI

/// The one word for a runner, from what its pod and what GitHub say. Neither alone is believed: GitHub has reported working runners as
/// offline, and shows dead ones as online or busy for minutes.
struct RunnerAssessment: Sendable, Hashable {
  /// What GitHub said.
  enum Registration: Sendable, Hashable {
    case notAsked(reason: String)
    case absent
    case present(GitHubRunner)
  }

  var status: RunnerStatus
  var reasons: [String]

  init(pod: PodReport, registration: Registration) {
    (status, reasons) =
      if !pod.isConfigured {
        (.notInstalled, [pod.isInstalled ? "It is unpacked but not registered." : "The pod has no runner."])
      } else if !pod.hasListener {
        Self.withoutListener(pod)
      } else {
        Self.withListener(pod, registration)
      }
    switch registration {
    case .notAsked(let reason): reasons.append("GitHub was not asked: \(reason)")
    case .absent where status == .stopped: reasons.append("GitHub has no runner of this name.")
    case .present(let runner) where !pod.hasListener && runner.status == "online":
      reasons.append("GitHub still shows it online.")
    default: break
    }
  }

  private static func withoutListener(_ pod: PodReport) -> (RunnerStatus, [String]) {
    let words = pod.lastWords.map { " Its last words: \($0)" } ?? ""
    return switch pod.state {
    case .deprecated: (.offline, ["GitHub no longer serves runner \(pod.version ?? "of this version").\(words)"])
    case .unregistered: (.offline, ["GitHub no longer knows it.\(words)"])
    case _ where pod.mode != nil: (.offline, ["Its listener is not running; it is being started again.\(words)"])
    case .running, .restarting: (.stopped, ["Its processes are gone without having been stopped.\(words)"])
    case .finished: (.stopped, ["It has done its job."])
    case .stopped, nil: (.stopped, ["None of its processes is running."])
    }
  }

  private static func withListener(_ pod: PodReport, _ registration: Registration) -> (RunnerStatus, [String]) {
    switch registration {
    case .absent: return (.offline, ["Its listener runs, but GitHub has no runner of this name."])
    case .present(let runner) where pod.hasWorker:
      let late = runner.busy ? [] : ["GitHub does not show the job yet."]
      return (.busy, ["It is running a job."] + late)
    case .present(let runner) where runner.status == "online":
      return runner.busy
        ? (.busy, ["GitHub says that it is busy."]) : (.online, ["Its listener runs and GitHub sees it."])
    case .present: return (.offline, ["Its listener runs, but GitHub shows it offline."])
    case .notAsked where pod.hasWorker: return (.busy, ["It is running a job."])
    case .notAsked where pod.isListening: return (.online, ["Its listener runs and has said that it listens for jobs."])
    case .notAsked:
      return (.offline, ["Its listener runs, but has not said that it listens for jobs."])
    }
  }
}
