package import Concurrency
package import FoundationEssentials
package import HTTP

/// RunPod's time, by the `Date` header of its answers: deadlines are judged by it, not by this machine's clock.
package final class RunPodClock: Sendable {
  /// Clocks that differ by less agree: an answer is dated in whole seconds and takes some time to come.
  package static let tolerance: TimeInterval = 60

  private let local: @Sendable () -> Date
  private let difference = Locked<TimeInterval?>(nil)
  private let notice: @Sendable (String) -> Void

  /// - Parameters:
  ///   - local: This machine's clock.
  ///   - notice: Told when the two clocks are found to disagree.
  package init(
    local: @escaping @Sendable () -> Date = { Date() },
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.local = local
    self.notice = notice
  }

  /// Whether RunPod has said what time it is.
  package var isKnown: Bool { difference.withLock { $0 != nil } }

  /// RunPod's time where it differs from this machine's by more than the tolerance, else this machine's.
  package func now() -> Date { local() + (difference.withLock { $0 } ?? 0) }

  /// RunPod's time, and real waits.
  package var time: TimeSource { TimeSource(now: { self.now() }, sleep: TimeSource.system.sleep) }

  /// Takes in the date of an answer that has just come.
  package func hear(_ date: Date) {
    let measured = date.timeIntervalSince(local())
    let accepted = abs(measured) > Self.tolerance ? measured : 0
    let isNews = difference.withLock { difference in
      defer { difference = accepted }
      return abs(accepted - (difference ?? 0)) > Self.tolerance
    }
    guard isNews, accepted != 0 else { return }
    notice(
      "This machine's clock is \(Int(abs(accepted) / 60)) minutes \(accepted < 0 ? "ahead of" : "behind") RunPod's. "
        + "Deadlines are judged by RunPod's. Set this machine's clock."
    )
  }
}

/// A transport to RunPod that tells the clock the date of each answer to an accepted call.
package struct DatedTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let clock: RunPodClock

  package init(_ transport: any HTTPTransport, clock: RunPodClock) {
    self.transport = transport
    self.clock = clock
  }

  package func send(_ request: HTTPRequest, sink: BodySink?) async throws -> HTTPResponse {
    let response = try await transport.send(request, sink: sink)
    // A proxy or a captive portal has a clock of its own.
    if 200...299 ~= response.status, sink == nil, let date = response.header("Date").flatMap(HTTPDate.parse) {
      clock.hear(date)
    }
    return response
  }
}
