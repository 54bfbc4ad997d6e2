import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import Storage
import Values

/// The user's own JSON file (`PODS_STATE_FILE`), read in once and then kept current beside the books, for scripts that
/// read it: `{"pods": [{"id", "status", "created", "last_updated"}]}`.
///
/// The file is only touched inside a transaction that is alone in writing to the books: servers take turns, and what
/// the last one writes is never older than what is there.
package final class StateFileMirror: Sendable {
  package let path: String
  private let intake: Intake
  private let failure = Locked<Failure?>(nil)

  /// - Parameter notice: Gets a warning of each entry that is left out because its id is none.
  package init(path: String, notice: @escaping @Sendable (String) -> Void = { _ in }) {
    self.path = path
    intake = Intake("The pods file \(path)", notice: notice)
  }

  /// Enters the pods of the file that the books do not know.
  ///
  /// - Throws: `Failure(.storeFailure)` that names the file when it cannot be read; it is left as it was.
  func read(into store: PodStore, at time: Date) async throws {
    try await store.update { [self] desk in
      for entry in try load().entries(intake) {
        guard try desk.find(podId: entry.id) == nil else { continue }
        _ = try desk.insert(entry.record(at: time))
      }
      try replace(with: desk.all())
    }
  }

  /// Brings the file up to date. What goes wrong is kept for `check`: by then the books have changed, and often the
  /// account as well, so that failing would only hide it.
  func write(_ store: PodStore) async {
    do {
      try await store.update { [self] desk in try replace(with: desk.all()) }
      failure.withLock { $0 = nil }
    } catch {
      failure.withLock { [failure = error as? Failure] in $0 = failure }
    }
  }

  /// Tries again when the file could not be written the last time.
  ///
  /// - Throws: `Failure(.storeFailure)` that names the file when it still cannot be.
  func check(_ store: PodStore) async throws {
    guard failure.withLock({ $0 }) != nil else { return }
    await write(store)
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func load() throws -> StateFile {
    do {
      guard let bytes = try SmallFile.read(path) else { return StateFile() }
      return try StateFile(bytes)
    } catch let error as SmallFile.Unusable {
      throw unusable("cannot be read: \(String(cString: strerror(error.code)))")
    } catch let error as StateFile.Malformed {
      throw unusable("is not a pods file: \(error.reason)")
    }
  }

  private func replace(with records: [PodRecord]) throws {
    var file = try load()
    guard file.update(records) else { return }
    do {
      try SmallFile.replace(path, with: file.bytes)
    } catch let error as SmallFile.Unusable {
      throw unusable("cannot be written: \(String(cString: strerror(error.code)))")
    }
  }

  private func unusable(_ reason: String) -> Failure {
    Failure(
      .storeFailure,
      "The pods file \(path) \(reason). It was left untouched.",
      hint: "Mend it, move it away, or unset PODS_STATE_FILE.",
      details: ["path": path]
    )
  }
}
