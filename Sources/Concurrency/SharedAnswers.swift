package import FoundationEssentials

/// Answers that many may want at the same time: each is fetched by one of them and shared by all for as long as it is fresh.
package actor SharedAnswers<Key: Hashable & Sendable, Value: Sendable> {
  private let lifetime: TimeInterval
  private let time: TimeSource
  private var known: [Key: (value: Value, at: Date)] = [:]
  /// Who waits for the fetch that is under way, by its key.
  private var queues: [Key: [CheckedContinuation<Void, Never>]] = [:]

  /// - Parameter lifetime: Seconds for which an answer is good.
  package init(lifetime: TimeInterval, time: TimeSource) {
    self.lifetime = lifetime
    self.time = time
  }

  /// Whoever comes while another fetches waits for its outcome, and fetches itself only when that one failed.
  ///
  /// - Throws: What `fetch` throws.
  package func value(_ key: Key, _ fetch: @Sendable () async throws -> Value) async throws -> Value {
    while queues[key] != nil { await withCheckedContinuation { queues[key]?.append($0) } }
    try Task.checkCancellation()
    known = known.filter { time.now().timeIntervalSince($0.value.at) < lifetime }
    if let known = known[key] { return known.value }
    queues[key] = []
    defer {
      for waiter in queues.removeValue(forKey: key) ?? [] { waiter.resume() }
    }
    let value = try await fetch()
    known[key] = (value, time.now())
    return value
  }

  /// Drops an answer that proved wrong.
  package func forget(_ key: Key, where isWrong: @Sendable (Value) -> Bool) {
    if let known = known[key], isWrong(known.value) { self.known[key] = nil }
  }
}
