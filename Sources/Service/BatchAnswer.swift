import Concurrency

/// The one answer to a batch: collects its entries' answers and goes out when the last is there.
final class BatchAnswer: Sendable {
  private let state: Locked<(missing: Int, answer: [UInt8])>
  private let send: @Sendable ([UInt8]) -> Void

  /// - Parameters:
  ///   - count: Entries of the batch, each of which calls `add` or `skip` once.
  ///   - send: Gets the whole answer; not called when no entry has one.
  init(count: Int, send: @escaping @Sendable ([UInt8]) -> Void) {
    state = Locked((count, []))
    self.send = send
  }

  func add(_ message: [UInt8]) { settle(message) }

  /// For an entry that is not answered.
  func skip() { settle(nil) }

  private func settle(_ message: [UInt8]?) {
    let whole = state.withLock { state -> [UInt8]? in
      if let message {
        state.answer.append(state.answer.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
        state.answer.append(contentsOf: message)
      }
      state.missing -= 1
      return state.missing == 0 && !state.answer.isEmpty ? state.answer + [UInt8(ascii: "]")] : nil
    }
    if let whole { send(whole) }
  }
}
