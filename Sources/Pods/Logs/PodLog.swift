import Concurrency
import Reporting
import RunPodAPI

/// What has come of a pod's log: the last lines, and where to go on.
final class PodLog: Sendable {
  private struct State {
    var lines: [PodLogLine] = []
    var mark = ""
    var count = 0
  }

  private let state = Locked(State())
  private let source: PodLogLine.Source?
  private let limit: Int
  private let scrub = Scrubber()

  /// - Parameters:
  ///   - source: Whose lines are kept; nil: all.
  ///   - limit: How many of the last ones.
  init(source: PodLogLine.Source?, limit: Int) {
    self.source = source
    self.limit = limit
  }

  var lines: [PodLogLine] { state.withLock { $0.lines } }

  /// Lines so far, those that are not kept included.
  var count: Int { state.withLock { $0.count } }

  /// Where the rest begins.
  var rest: PodLogStart {
    state.withLock { state in
      guard state.mark.isEmpty else { return .after(state.mark) }
      // Without marks, what has been said meanwhile cannot be told from what is known.
      return .last(state.count == 0 ? 100 : 0)
    }
  }

  /// - Returns: The line as it may be shown; nil when it is not wanted.
  @discardableResult
  func take(_ line: PodLogLine) -> PodLogLine? {
    var shown = line
    shown.text = scrub(line.text)
    return state.withLock { [shown] state in
      state.count += 1
      if !line.mark.isEmpty { state.mark = line.mark }
      guard source == nil || line.source == source else { return nil }
      state.lines.append(shown)
      if state.lines.count > limit { state.lines.removeFirst(state.lines.count - limit) }
      return shown
    }
  }
}
