import Concurrency
import GitHubAPI
import Reporting
import Testing

@testable import Runners

/// Installing over a runner that is there.
@Suite struct ChangeTests {
  /// A change of what is asked for, and what is said to it.
  struct Refused: Sendable {
    var words: String
    var change: @Sendable (inout RunnerInstallation) -> Void

    init(_ words: String, _ change: @escaping @Sendable (inout RunnerInstallation) -> Void) {
      (self.words, self.change) = (words, change)
    }
  }

  private static let online = FakeGitHub.runner()

  @Test func labelsBecomeWhatIsAskedFor() async throws {
    let world = World(.init(isConfigured: true), .init(looks: [[Self.online]]))
    let runner = try await world.install { $0.options.labels = ["gpu", "A100"] }
    #expect(world.github.state.withLock { $0.labels } == [7: ["gpu", "A100", "runpod-pod-p"]])
    #expect(runner.reasons.contains("Its labels were gpu, runpod-pod-p before."))
    #expect(!world.pod.state.withLock { $0.commands.contains("stop") })
  }

  @Test func labelsThatAreThereStay() async throws {
    let world = World(.init(isConfigured: true), .init(looks: [[Self.online]]))
    _ = try await world.install { $0.options.labels = ["GPU"] }
    #expect(world.github.state.withLock { $0.labels.isEmpty })
  }

  @Test(arguments: [
    Refused("for many jobs, and a runner for one job was asked for") { $0.options.ephemeral = true },
    Refused("for many jobs, and a runner for one job was asked for") { $0.options.jit = true },
    Refused("is version 2.338.0, and 2.999.0 was asked for") { $0.options.version = "2.999.0" },
    Refused("in another runner group than gpus") {
      $0.repoUrl = "https://github.com/octo"
      $0.options.runnerGroup = "gpus"
    },
  ])
  func whatARegisteredRunnerCannotBecomeIsRefused(_ asked: Refused) async throws {
    var known = Self.online
    known.groupId = 1
    let isOrganization = asked.words.contains("group")
    let world = World(
      .init(
        isConfigured: true,
        extra: ["version=2.338.0"] + (isOrganization ? ["url=https://github.com/octo"] : [])
      ),
      .init(looks: [[known]])
    )
    let refused = try await failure { try await world.install(asked.change) }
    #expect(refused.kind == .conflict && refused.details["verdict"] == "differs")
    #expect(refused.message.contains(asked.words), "\(refused.message)")
    #expect(world.pod.state.withLock { $0.commands } == ["preflight"])
  }

  @Test func aRunnerThatReplacedItselfByANewerVersionIsTheOneThatWasAskedFor() async throws {
    let world = World(.init(isConfigured: true, extra: ["version=2.339.0"]), .init(looks: [[Self.online]]))
    #expect(try await world.install { $0.options.version = "2.338.0" }.status == .online)
  }

  @Test func newVariablesRestartARunnerBetweenItsJobs() async throws {
    let world = World(
      .init(isConfigured: true, listens: true, installed: ["@fact variablesChanged=yes"]),
      .init(looks: [[Self.online]])
    )
    let runner = try await world.install { $0.env = ["A": "b c"] }
    #expect(runner.reasons.contains("It was started again for its new environment variables."))
    #expect(world.pod.parameters(of: "stop")["if_idle"] == "yes")
    #expect(world.pod.parameters(of: "install")["env"] == "A=b c")
    let busy = World(
      .init(isConfigured: true, listens: true, jobLooks: 1000, installed: ["@fact variablesChanged=yes"]),
      .init(looks: [[Self.online]])
    )
    let refused = try await failure { try await busy.install { $0.env = ["A": "b"] } }
    #expect(refused.kind == .conflict && refused.details["verdict"] == "jobRunning")
    #expect(busy.pod.state.withLock { $0.jobLooks } == 999)
  }

  @Test(arguments: [
    Refused("env: the value of A") { $0.env = ["A": "one\ntwo"] },
    Refused("env: \"1A\"") { $0.env = ["1A": "b"] },
    Refused("env: \"ACTIONS_RUNNER_INPUT_TOKEN\"") { $0.env = ["ACTIONS_RUNNER_INPUT_TOKEN": "b"] },
    Refused("secretEnv: \"A B\"") { $0.options.secretEnv = ["A B"] },
    Refused("jobStartedHook: \"hook.sh\"") { $0.options.jobStartedHook = "hook.sh" },
    Refused("jobCompletedHook: \"/hook.py\"") { $0.options.jobCompletedHook = "/hook.py" },
    Refused("toolCache: \"tools\"") { $0.options.toolCache = "tools" },
    Refused("envFile: \"/no/such/file\"") { $0.options.envFile = "/no/such/file" },
    Refused("is not a file") { $0.options.envFile = "/etc" },
  ])
  func whatCannotBeInAJobsEnvironmentIsNamed(_ asked: Refused) async throws {
    let world = World()
    let refused = try await failure { try await world.install(asked.change) }
    #expect(refused.kind == .configurationInvalid && refused.message.contains(asked.words), "\(refused.message)")
    #expect(world.pod.state.withLock { $0.commands.isEmpty })
  }
}
