import Concurrency
import FoundationEssentials
import JSON

/// The newest release, asked for by one caller at a time, and again when it is some minutes old.
actor ReleaseCache {
  static let lifetime: TimeInterval = 300

  private let time: TimeSource
  private var known: (release: JSONValue, at: Date)?
  private var isFetching = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  init(time: TimeSource) { self.time = time }

  /// Whoever comes while another fetches waits for its outcome, and fetches itself only when that one failed.
  ///
  /// - Throws: What `fetch` throws.
  func value(_ fetch: @Sendable () async throws -> JSONValue) async throws -> JSONValue {
    while isFetching { await withCheckedContinuation { queue.append($0) } }
    try Task.checkCancellation()
    if let known, time.now().timeIntervalSince(known.at) < Self.lifetime { return known.release }
    isFetching = true
    defer {
      isFetching = false
      for waiter in queue { waiter.resume() }
      queue = []
    }
    let release = try await fetch()
    known = (release, time.now())
    return release
  }
}
