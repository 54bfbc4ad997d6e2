package import Concurrency
package import FoundationEssentials
import Outside

/// Which requests are sent again, how often and for how long.
package struct RetryPolicy: Sendable {
  /// Sends in all, the first included.
  package var attempts: Int
  package var backoff: Backoff
  /// From the first send until the last byte of the last answer. No wait begins that would end later, and a send that is then
  /// under way is broken off.
  package var deadline: Duration
  /// Whether 429 is waited out; no for a server whose limits take more than its status to understand.
  package var takesTooManyRequests: Bool
  /// Whether a request is sent again after a 5xx or without an answer; no for what may have had its effect.
  package var takesFailures: Bool

  package init(
    attempts: Int,
    backoff: Backoff,
    deadline: Duration,
    takesTooManyRequests: Bool = true,
    takesFailures: Bool = true
  ) {
    self.attempts = attempts
    self.backoff = backoff
    self.deadline = deadline
    self.takesTooManyRequests = takesTooManyRequests
    self.takesFailures = takesFailures
  }

  /// For what may be done twice: reads, and calls whose second effect is the first's.
  package static let repeatable = RetryPolicy(
    attempts: 4,
    backoff: Backoff(first: .milliseconds(500), limit: .seconds(10), jitter: 0.5),
    deadline: .seconds(40)
  )

  /// For what must not be done twice: only 429 is waited out, which means that nothing was done.
  package static let unrepeatable = RetryPolicy(
    attempts: repeatable.attempts,
    backoff: repeatable.backoff,
    deadline: repeatable.deadline,
    takesFailures: false
  )

  /// The story of one request under this policy.
  package func begin(at now: Date) -> Attempts { Attempts(policy: self, start: now) }
}

extension RetryPolicy {
  /// How one send ended.
  package enum Outcome: Sendable {
    case answered(status: Int, retryAfter: Duration?)
    case unanswered(HTTPFailure.Reason)
  }

  package enum Decision: Sendable, Hashable {
    /// The outcome is final: hand it to the caller.
    case deliver
    case wait(Duration)
  }

  /// Counts sends and decides after each: no I/O and no clock of its own.
  package struct Attempts: Sendable {
    private let policy: RetryPolicy
    private let start: Date
    private var sent = 0

    fileprivate init(policy: RetryPolicy, start: Date) {
      self.policy = policy
      self.start = start
    }

    /// How long the next send may take, which a policy of one send leaves to the request.
    package func limit(at now: Date) -> Duration? {
      policy.attempts > 1 ? policy.deadline - .limited(seconds: now.timeIntervalSince(start)) : nil
    }

    /// - Parameter random: In 0..<1; decides the jittered part of a wait.
    package mutating func decide(
      after outcome: Outcome,
      at now: Date,
      random: Double = .random(in: 0..<1)
    ) -> Decision {
      sent += 1
      guard sent < policy.attempts, policy.mayPass(outcome) else { return .deliver }
      var wait = policy.backoff.delay(afterAttempt: sent, random: random)
      if case .answered(_, let asked?) = outcome { wait = max(wait, asked) }
      let elapsed = Duration.limited(seconds: now.timeIntervalSince(start))
      return elapsed + wait < policy.deadline ? .wait(wait) : .deliver
    }
  }
}

extension RetryPolicy {
  /// Whether the same request may fare better later.
  fileprivate func mayPass(_ outcome: Outcome) -> Bool {
    switch outcome {
    case .answered(429, _): takesTooManyRequests
    case .answered(let status, _): takesFailures && (500...599).contains(status)
    case .unanswered(let reason): takesFailures && [.unreachable, .timedOut, .broken].contains(reason)
    }
  }
}
