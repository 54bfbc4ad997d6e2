import Reporting

/// The newest progress of a run, for whoever writes it down: what is not read in time is replaced.
struct Bulletin: Sendable {
  struct News: Sendable {
    /// The number of the step, from 0.
    var step: Int
    var update: Progress.Update
  }

  let news: AsyncStream<News>
  private let continuation: AsyncStream<News>.Continuation

  init() { (news, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func progress(of step: Int) -> Progress {
    Progress { [continuation] in continuation.yield(News(step: step, update: $0)) }
  }
}
