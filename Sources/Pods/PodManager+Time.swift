import Concurrency
package import FoundationEssentials
import RunPodAPI

extension PodManager {
  /// RunPod's time, as far as it is known.
  package nonisolated func now() -> Date { time.now() }

  /// Asks RunPod what time it is before a deadline is counted from now on, unless it has said so.
  ///
  /// That it does not answer is no reason to refuse: every judgement asks again.
  func learnTime(for request: PodRequest, isHeld: Bool) async {
    let isCounted =
      isHeld || request.maxLifetimeSeconds != nil || request.terminateAfter != nil || request.stopAfter != nil
    guard isCounted, !isTimeKnown() else { return }
    _ = try? await provider.account()
  }

  /// The time by which deadlines are judged.
  ///
  /// - Throws: `Failure` when RunPod has not said what time it is, and does not now.
  func judgedTime() async throws -> Date {
    if !isTimeKnown() { _ = try await provider.account() }
    return time.now()
  }
}
