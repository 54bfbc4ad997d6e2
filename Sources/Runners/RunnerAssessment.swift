import GitHubAPI

/// The one word for a runner, from what its pod and what GitHub say. Neither alone is believed: GitHub has reported working runners as
/// offline, shows dead ones as online or busy for minutes, and lists new ones late.
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
    let view = View(pod: pod, registration: registration)
    (status, reasons) =
      if !pod.isConfigured, pod.state != .finished, case .present = registration {
        (.orphan, ["GitHub lists it, and its pod no longer has its files. runners/remove takes it out of the list."])
      } else if !pod.isInstalled {
        (
          .notInstalled,
          [pod.state == .finished ? "It has done its one job, and its files were removed." : "The pod has no runner."]
        )
      } else if !pod.isConfigured {
        (.installed, [Self.whyUnregistered(pod)])
      } else if pod.hasListener {
        view.withListener
      } else {
        view.withoutListener
      }
    if let failure = pod.updateFailure, pod.isConfigured {
      reasons.append("It could not replace itself by a newer version: \(failure)")
    }
    if case .notAsked(let reason) = registration, pod.isConfigured { reasons.append("GitHub was not asked: \(reason)") }
    if case .present(let runner) = registration, !pod.hasListener, runner.status == "online" {
      reasons.append("GitHub still shows it online.")
    }
  }

  private static func whyUnregistered(_ pod: PodReport) -> String {
    switch pod.state {
    case .finished: "It has done its one job."
    case .unregistered: "GitHub no longer knew it, and it gave up its registration."
    case .running where pod.mode != nil, .restarting where pod.mode != nil:
      "Its registration is gone, as it is after the job of a runner for one, and it is about to end."
    default: "It is unpacked but not registered."
    }
  }

  private struct View {
    typealias Word = (RunnerStatus, [String])

    let pod: PodReport
    let registration: Registration

    private var words: String { pod.lastWords.map { " Its last words: \($0)" } ?? "" }

    var withoutListener: Word {
      switch (pod.state, registration) {
      case (.deprecated, _):
        (.deprecated, ["GitHub no longer serves runner \(pod.version ?? "of this version").\(words)"])
      case (.unregistered, _): (.orphan, ["GitHub no longer knows it.\(words)"])
      case _ where pod.mode != nil: underSupervision
      case (.running, _), (.restarting, _): (.crashed, ["Its processes are gone without having been stopped.\(words)"])
      case (.finished, _): (.stopped, ["It has done its one job."])
      case (_, .absent): (.orphan, ["Nothing of it runs, and GitHub has no such runner any more."])
      case (.stopped, _): (.stopped, ["It was stopped."])
      case (nil, _): (.configured, ["It has not been started since it was registered."])
      }
    }

    private var underSupervision: Word {
      if pod.activity == .updating { return (.updating, ["It is replacing itself by a newer version."]) }
      if pod.state != .restarting && pod.isYoung { return (.starting, ["Its listener is about to run."]) }
      return (.crashed, ["Its listener has ended and is being started again.\(words)"])
    }

    var withListener: Word {
      if pod.hasWorker { return busy }
      switch pod.activity {
      case .updating: return (.updating, ["It is replacing itself by a newer version."])
      case .conflict: return (.starting, ["GitHub still keeps a session of its last run, for up to four minutes."])
      case .disconnected: return (.offline, ["It has lost GitHub and tries to reach it.\(words)"])
      case .listening, nil: break
      }
      guard pod.isListening else {
        return pod.isYoung
          ? (.starting, ["It has not said yet that it listens for jobs."])
          : (.offline, ["Its listener runs, but has not said that it listens for jobs.\(words)"])
      }
      return bothSides
    }

    private var busy: Word {
      if case .present(let runner) = registration, !runner.busy {
        return (.busy, ["It is running a job.", "GitHub does not show the job yet."])
      }
      return (.busy, ["It is running a job."])
    }

    private var bothSides: Word {
      switch registration {
      case .notAsked: (.online, ["Its listener runs and has said that it listens for jobs."])
      case .present(let runner) where runner.status == "online" && runner.busy:
        (.busy, ["GitHub says that it is busy."])
      case .present(let runner) where runner.status == "online": (.online, ["Its listener runs and GitHub sees it."])
      case .present where pod.isYoung: (.starting, ["It listens for jobs; GitHub does not show it online yet."])
      case .present: (.offline, ["It listens for jobs, but GitHub shows it offline."])
      case .absent where pod.isYoung: (.starting, ["It listens for jobs; GitHub does not list it yet."])
      case .absent: (.orphan, ["Its listener runs, but GitHub has no such runner."])
      }
    }
  }
}
