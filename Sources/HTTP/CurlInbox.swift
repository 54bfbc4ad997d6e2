/// What callers want of the loop, and the life of each request: a state machine without I/O.
struct CurlInbox {
  typealias Continuation = CheckedContinuation<HTTPResponse, any Error>

  struct Submission: Sendable {
    var id: Int
    var request: HTTPRequest
    var sink: BodySink?
    var continuation: Continuation
  }

  private enum Phase {
    case reserved, cancelledEarly, submitted
  }

  /// What a caller has to do after telling the inbox.
  enum Effect {
    case none, startLoop, wakeLoop, refuse
  }

  private var phases: [Int: Phase] = [:]
  private var lastID = 0
  private var submissions: [Submission] = []
  private var cancellations: [Int] = []
  private var isRunning = false
  private var isStopping = false

  mutating func reserve() -> Int {
    lastID += 1
    phases[lastID] = .reserved
    return lastID
  }

  /// - Returns: `.refuse` when the request was cancelled before it came this far.
  mutating func submit(_ submission: Submission) -> Effect {
    guard phases[submission.id] == .reserved else {
      phases[submission.id] = nil
      return .refuse
    }
    phases[submission.id] = .submitted
    submissions.append(submission)
    return wake()
  }

  mutating func cancel(_ id: Int) -> Effect {
    switch phases[id] {
    case .reserved:
      phases[id] = .cancelledEarly
      return .none
    case .submitted:
      cancellations.append(id)
      return wake()
    case .cancelledEarly, nil: return .none
    }
  }

  mutating func stop() -> Effect {
    isStopping = true
    return isRunning ? .wakeLoop : .none
  }

  /// The next submission starts another loop.
  mutating func loopEnded() { isRunning = false }

  mutating func finish(_ id: Int) { phases[id] = nil }

  /// What has come in since the last time.
  mutating func take() -> (submissions: [Submission], cancellations: [Int], isStopping: Bool) {
    defer {
      submissions = []
      cancellations = []
    }
    return (submissions, cancellations, isStopping)
  }

  private mutating func wake() -> Effect {
    defer { isRunning = true }
    return isRunning ? .wakeLoop : .startLoop
  }
}
