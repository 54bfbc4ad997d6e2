import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Testing

@testable import Workflows

/// No secret is in the journal, and a server that takes a workflow up without them finishes or undoes it.
@Suite struct SecretTests {
  private static let setup = RunnerSetup.sample {
    $0.runnerToken = Secret(SimulatedSite.token)
    $0.pod.env = ["HF_TOKEN": "hf-very-secret"]
    $0.pod.dockerArgs = "serve --key args-very-secret"
  }

  /// A setup whose server dies at `effect`, and what the next one makes of it.
  private func resumed(_ bench: Bench, deathAt effect: String) async throws -> Workflow {
    let (ends, end) = AsyncStream<Void>.makeStream()
    let server = try bench.server(onDeath: { end.yield() }) { $0.effect == effect ? .die : .go }
    let id = try await server.manager.start(.setupRunner(Self.setup)).id
    for await _ in ends { break }
    await server.bury()
    let other = try bench.server()
    await other.manager.recover(.resume)
    let workflow = try await other.manager.wait(id, timeout: nil, progress: .silent)
    try await bench.settle(other)
    try await bench.check("death at \(effect)")
    return workflow
  }

  @Test func theStateFileHasNone() async throws {
    try await withBench { bench in
      _ = try await bench.done(.setupRunner(Self.setup))
      _ = try await bench.done(.teardownRunner(RunnerTeardown(podId: "pod1", removeToken: Secret("remove-secret"))))
      let files = try FileManager.default.contentsOfDirectory(atPath: bench.directory).filter { $0.hasPrefix("state") }
      #expect(!files.isEmpty)
      for file in files {
        let bytes = try Data(contentsOf: URL(filePath: "\(bench.directory)/\(file)"))
        for secret in [SimulatedSite.token, "hf-very-secret", "args-very-secret", "remove-secret"] {
          #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(secret) in \(file)")
        }
      }
    }
  }

  @Test func aLostTokenIsMinted() async throws {
    try await withBench { bench in
      let state = try await resumed(bench, deathAt: "pod preflight").state
      #expect(state == .succeeded)
    }
  }

  @Test func aLostTokenThatCannotBeMintedIsTold() async throws {
    try await withBench { bench in
      await bench.site.set { $0.hasToken = false }
      let workflow = try await resumed(bench, deathAt: "pod preflight")
      #expect(workflow.state == .failed)
      #expect(workflow.error?.message.contains("token was not kept when the service died") == true)
      #expect(await bench.account.pods.isEmpty)
    }
  }

  @Test func aPodWhoseVariablesAreLostIsNotRented() async throws {
    try await withBench { bench in
      let workflow = try await resumed(bench, deathAt: "RunPod create")
      #expect(workflow.state == .failed && workflow.error?.kind == "environmentIncomplete")
      #expect(await bench.account.pods.isEmpty)
    }
  }
}
