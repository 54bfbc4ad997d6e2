import Pods
import Reporting
import ServiceProtocol

/// The watches of this session, each with the task that turns its changes into notifications.
actor PodWatches {
  private var tasks: [Int: Task<Void, Never>] = [:]
  private var lastWatch = 0

  /// - Parameter notify: Sends `pods/didChange`.
  /// - Returns: The watch's name.
  func add(_ watch: PodWatch, notify: @escaping @Sendable (PodsWatch.DidChange) -> Void) -> Int {
    lastWatch += 1
    let id = lastWatch
    tasks[id] = Task {
      for await change in watch.changes {
        if Task.isCancelled { break }
        notify(PodsWatch.DidChange(watchId: id, change: change))
      }
    }
    return id
  }

  /// Returns when nothing more of it will be sent.
  ///
  /// - Throws: `Failure(.notFound)`.
  func end(_ id: Int) async throws {
    guard let task = tasks.removeValue(forKey: id) else {
      throw Failure(.notFound, "There is no watch \(id).", hint: "pods/watch answers the number of each.")
    }
    task.cancel()
    await task.value
  }

  func close() async {
    for task in tasks.values { task.cancel() }
    for task in tasks.values { await task.value }
    tasks = [:]
  }
}
