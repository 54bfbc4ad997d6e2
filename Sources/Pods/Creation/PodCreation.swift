import Concurrency
import FoundationEssentials
import Outside
import Reporting
import RunPodAPI
import Storage

/// One creation, from the intent in the books to a pod or the proof that there is none.
///
/// The call is made once and never again. When its answer does not settle the matter, the account's list does.
struct PodCreation: Sendable {
  /// Waits before each look for the name. A new pod can be missing from the list for a short time.
  private static let looks: [Duration] = [1, 2, 4, 8, 15, 15].map { .seconds($0) }
  /// The same after an error that RunPod did answer with: its work on the request is over then.
  private static let looksAfterError: [Duration] = [1, 2, 4, 8].map { .seconds($0) }

  let provider: any PodProvider
  let poller: PodPoller
  let books: PodBooks
  let time: TimeSource
  /// What all pods together may cost; nil: no limit.
  let budget: Budget?
  let progress: Progress

  /// Makes the call for one candidate after the other and follows each to its end. Must not be cancelled: half-way, nobody
  /// knows what exists.
  ///
  /// - Parameter record: The row of the plan's first attempt.
  func run(_ request: PodRequest, plan: CapacityPlan, record: PodRecord) async throws -> PodRecord {
    var answers: [CapacityAnswer] = []
    for (number, attempt) in plan.attempts.enumerated() {
      let share = Double(number) / Double(plan.attempts.count)
      let hardware = request.cpuFlavorId ?? "\(request.gpuCount) ×"
      progress.report("Renting \(hardware) \(attempt.candidate.words)", fraction: 0.1 + 0.8 * share)
      do {
        if number > 0 { try await books.turn(record, to: attempt, budget: budget) }
        return try await call(request, attempt.candidate, record)
      } catch let failure as Failure where failure.isWorthAnotherCandidate || failure.isOverBudget {
        answers.append(CapacityAnswer(candidate: attempt.candidate, kind: failure.kind, text: failure.message))
        if plan.attempts.count + plan.skipped.count == 1 {
          try await fail(record)
          throw failure
        }
      } catch let failure as Failure where failure.isRefusal {
        try await fail(record)
        throw failure
      }
    }
    try await fail(record)
    throw Failure.noCandidate(answers + plan.skipped)
  }

  /// - Throws: The refusal as it is, with the row untouched: another candidate may be taken.
  private func call(_ request: PodRequest, _ candidate: PodCandidate, _ record: PodRecord) async throws -> PodRecord {
    do {
      return try await adopt(try await provider.create(request, as: candidate), record)
    } catch let failure as Failure where failure.isRefusal || failure.resources["podId"] != nil {
      throw failure
    } catch let failure as Failure where failure.kind == .apiFailure && !failure.retryable {
      try await giveUp(record)
      throw failure
    } catch {
      return try await search(record, after: error)
    }
  }

  /// There is no pod, for certain.
  private func fail(_ record: PodRecord) async throws {
    _ = try await books.change(record) { [now = time.now()] in $0.become(.failed, at: now) }
  }

  /// Looks for a pod whose creation was not answered, until it is found or proved absent.
  ///
  /// - Throws: `Failure(.ambiguousOutcome)` when the account could not be looked at; the row stays pending then, and every
  ///   later look at the account goes on with it. What the call said when there is no pod.
  func search(_ record: PodRecord, after error: any Error) async throws -> PodRecord {
    let name = record.intent ?? record.name
    progress.report("RunPod's answer was unclear; looking for a pod named \(name)", fraction: 0.3)
    var isAbsent = false
    for wait in (error as? Failure)?.kind == .apiFailure ? Self.looksAfterError : Self.looks {
      try await time.sleep(wait)
      do {
        let look = try await poller.pods(.urgent)
        if let remote = look.pods.values.first(where: { $0.name.bytes == name.bytes && !$0.isTerminated }) {
          return try await adopt(remote, record)
        }
        isAbsent = look.isComplete
      } catch {
        // The account could not be seen this time; what counts is the last look.
        isAbsent = false
      }
    }
    guard isAbsent else { throw unclear(name, error) }
    try await giveUp(record)
    throw absent(name, error)
  }

  /// Should the pod turn up after all, nobody wants it any more: it is then ended, being overdue.
  private func giveUp(_ record: PodRecord) async throws {
    _ = try await books.change(record) { [now = time.now()] in
      $0.terminateAfter = now
      $0.become(.failed, at: now)
    }
  }

  /// By number: the answer to a creation need not name the pod.
  private func adopt(_ remote: RemotePod, _ record: PodRecord) async throws -> PodRecord {
    do {
      return try await books.change(record, flushed: true) { [now = time.now()] in $0.take(remote, at: now) }
    } catch let failure as Failure {
      throw failure.adding(resource: "podId", remote.id)
    }
  }

  private func unclear(_ name: String, _ error: any Error) -> Failure {
    Failure(
      .ambiguousOutcome,
      "Whether RunPod made pod \(name) is not known: \(Self.words(error)) The account could not be looked at either.",
      hint: "List the pods when RunPod can be reached again: the pod is adopted if it exists.",
      details: ["podName": name]
    )
  }

  private func absent(_ name: String, _ error: any Error) -> Failure {
    var failure = (error as? Failure) ?? Failure(.networkFailure, Self.words(error))
    if failure.kind == .ambiguousOutcome { failure.kind = .networkFailure }
    failure.message += " No pod came of it: none named \(name) is in the account."
    failure.retryable = true
    failure.details["podName"] = name
    return failure
  }

  private static func words(_ error: any Error) -> String {
    (error as? Failure)?.message ?? "the call was broken off."
  }
}

extension Failure {
  /// Whether the answer to a creation means for certain that no pod was made.
  var isRefusal: Bool {
    [
      .apiRetired, .configurationInvalid, .environmentIncomplete, .forbidden, .insufficientBalance, .networkFailure,
      .noCapacity, .notFound, .rateLimited, .unauthorized,
    ].contains(kind)
  }
}
