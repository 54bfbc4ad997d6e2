import Outside
import Runners

/// What has to be done for a fleet to become what it is wanted to be.
struct FleetPlan: Codable, Sendable, Hashable {
  enum Change: Codable, Sendable, Hashable {
    case create
    /// It is as it should be.
    case keep(StandingRunner)
    /// Its pod is gone, or it was asked for in another way: it is taken down first.
    case replace(StandingRunner)
  }

  /// For each member that is wanted, in order.
  private(set) var members: [Change]
  /// What stands and is not wanted any more.
  private(set) var removed: [StandingRunner]

  /// What has to be taken down before anything is set up.
  var leaving: [StandingRunner] {
    members.compactMap { if case .replace(let runner) = $0 { runner } else { nil } } + removed
  }

  var kept: [StandingRunner] {
    members.compactMap { if case .keep(let runner) = $0 { runner } else { nil } }
  }

  /// - Parameter working: The ids of pods that run.
  init(_ wanted: [RunnerSetup], standing: [StandingRunner], working: Set<String>) {
    var rest = standing
    func take(_ fits: (StandingRunner) -> Bool) -> StandingRunner? {
      rest.firstIndex(where: fits).map { rest.remove(at: $0) }
    }
    members = wanted.map { setup in
      take { $0.isWhole && working.contains($0.podId) && $0.setup.essence == setup.essence }.map { .keep($0) }
        ?? .create
    }
    // Only now, so that no name is taken from one that stays as it is.
    for (index, setup) in wanted.enumerated() where members[index] == .create {
      guard let name = setup.registration, let known = take({ $0.registration.bytes == name.bytes }) else { continue }
      members[index] = .replace(known)
    }
    removed = rest
  }
}

extension StandingRunner {
  fileprivate var registration: String { "\(setup.terms.repoUrl) \(runnerName)".bytes.lowercased }
}

extension RunnerSetup {
  /// Under what it is registered, if a name was given.
  fileprivate var registration: String? { terms.runnerName.map { "\(terms.repoUrl) \($0)".bytes.lowercased } }

  /// What a runner is set up anew for when it changes: all but secrets, which are not kept, and how it is set up.
  fileprivate var essence: RunnerSetup {
    var essence = withoutSecrets()
    essence.terms.lostSecrets = nil
    essence.options.replace = false
    essence.terms.onFailure = .terminate
    essence.terms.readyTimeoutSeconds = 0
    essence.terms.verify = .none
    essence.terms.verifyCommand = ""
    return essence
  }
}
