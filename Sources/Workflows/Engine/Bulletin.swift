import Concurrency
import Reporting

/// The newest progress of a run, for whoever writes it down: what is not read in time is replaced.
struct Bulletin: Sendable {
  struct News: Sendable {
    /// The number of the step, from 0.
    var step: Int
    var update: Progress.Update
    var said = ContinuousClock.now
    /// How long ago it was said, when it is said again.
    var age: Duration?
  }

  let news: AsyncStream<News>
  private let continuation: AsyncStream<News>.Continuation
  private let newest = Locked<News?>(nil)

  init() { (news, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func progress(of step: Int) -> Progress {
    Progress { [continuation, newest] in
      let news = News(step: step, update: $0)
      newest.withLock { $0 = news }
      continuation.yield(news)
    }
  }

  /// Takes what has been said about the beginning of a step elsewhere for its newest progress.
  func begin(_ step: Int, _ title: String) {
    newest.withLock { $0 = News(step: step, update: Progress.Update(message: title)) }
  }

  /// Says the newest again whenever nothing has been said for `silence`, with its age, until it is cancelled.
  func remind(after silence: Duration) async {
    while (try? await Task.sleep(for: silence)) != nil {
      guard var news = newest.withLock({ $0 }) else { continue }
      let age = ContinuousClock.now - news.said
      guard age >= silence else { continue }
      news.age = age
      continuation.yield(news)
    }
  }
}
