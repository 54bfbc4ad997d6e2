import Concurrency
import FoundationEssentials
import Outside
package import Reporting

extension RunnerManager {
  private static let drainInterval = Duration.seconds(3)

  /// Stops a runner: interrupts it, and ends it by force when it does not end.
  ///
  /// - Parameter drain: How long a job that it runs may go on before that; nil: a job is cut. A job that begins in the very moment
  ///   between the look and the interruption is cut all the same, and the answer says so: GitHub has no way to close a runner to
  ///   new jobs.
  /// - Returns: The runner; `jobCut` and its reasons say whether a job was cut.
  /// - Throws: `Failure(.timeout)` when the job outlasts `drain`: then nothing was stopped.
  package func stop(
    podId: String,
    name: String? = nil,
    workDirectory: String? = nil,
    drain: Duration? = nil,
    progress: Progress = .silent
  ) async throws -> Runner {
    let place = RunnerPlace(podId: podId, name: name, workDirectory: workDirectory)
    let output = try await stop(at: place, drain: drain, progress: progress)
    var runner = try await runner(on: podId, look(at: place), repoUrl: nil)
    runner.jobCut = output.facts["jobCut"] != nil
    if runner.jobCut == true { runner.reasons.append("A job was cut.") }
    if output.facts["killed"] != nil { runner.reasons.append("It had to be killed.") }
    runner.reasons += output.warnings
    return runner
  }

  func stop(at place: RunnerPlace, drain: Duration?, progress: Progress) async throws -> RunnerScriptOutput {
    guard let drain else { return try await run(.stop, at: place, progress: progress) }
    let begun = time.now()
    while true {
      do {
        return try await run(.stop, at: place, ["if_idle": "yes"], progress: progress)
      } catch let failure as Failure where failure.details["verdict"] == "jobRunning" {
        let waited = Duration.limited(seconds: time.now().timeIntervalSince(begun))
        guard waited < drain else {
          throw Failure(
            .timeout,
            "The runner on pod \(place.podId) is still running a job after \(waited.components.seconds) seconds; it was not stopped.",
            hint: "Wait longer, cancel the job on GitHub, or stop without drain.",
            resources: ["podId": place.podId]
          )
        }
        progress.report("Waiting for its job to end, for \(waited.components.seconds) s", fraction: waited / drain)
        try await time.sleep(Self.drainInterval)
      }
    }
  }
}
