import Concurrency

/// The one answer to a batch: collects its entries' answers and goes out, in their order, when the last is there.
final class BatchAnswer: Sendable {
  /// The place of one entry, which is filled once.
  struct Slot: Sendable {
    fileprivate let batch: BatchAnswer
    fileprivate let index: Int

    /// How long this entry's answer may be, in bytes.
    var room: Int { batch.state.withLock { max($0.room, 0) } }

    /// - Parameter message: nil for an entry that is not answered.
    func fill(_ message: [UInt8]?) { batch.settle(index, message) }
  }

  private struct State {
    var answers: [[UInt8]?]
    var missing: Int
    var room: Int
  }

  private let state: Locked<State>
  private let send: @Sendable ([UInt8]) -> Void

  /// - Parameters:
  ///   - count: Entries of the batch.
  ///   - limit: Bytes of all answers together beyond which an entry gets an error instead of its result.
  ///   - send: Gets the whole answer; not called when no entry has one.
  init(count: Int, limit: Int, send: @escaping @Sendable ([UInt8]) -> Void) {
    state = Locked(State(answers: Array(repeating: nil, count: count), missing: count, room: limit))
    self.send = send
  }

  func slot(_ index: Int) -> Slot { Slot(batch: self, index: index) }

  private func settle(_ index: Int, _ message: [UInt8]?) {
    let answers = state.withLock { state -> [[UInt8]]? in
      state.answers[index] = message
      state.room -= message?.count ?? 0
      state.missing -= 1
      return state.missing == 0 ? state.answers.compactMap { $0 } : nil
    }
    guard let answers, !answers.isEmpty else { return }
    var whole: [UInt8] = []
    for answer in answers {
      whole.append(whole.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
      whole += answer
    }
    whole.append(UInt8(ascii: "]"))
    send(whole)
  }
}
