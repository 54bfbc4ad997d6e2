import FoundationEssentials
import Glibc
import Reporting
import Storage

/// A text file of the live pods for another program, kept current beside the books once it is there.
package final class PodsTextFile: Sendable {
  package let path: String
  private let text: @Sendable ([Pod]) throws -> String

  /// - Parameter text: What the file says of these pods.
  package init(path: String, text: @escaping @Sendable ([Pod]) throws -> String) {
    self.path = path
    self.text = text
  }

  /// Makes the file, or brings it up to date, and returns the pods that it is about.
  ///
  /// - Throws: `Failure(.storeFailure)`.
  func make(_ store: PodStore) async throws -> [Pod] {
    // Alone in writing to the books, so that what the last server writes is never older than what is there.
    try await store.update { [self] desk in
      let pods = try desk.live().map(Pod.init)
      let bytes = Array(try text(pods).utf8)
      do {
        if try SmallFile.read(path) != bytes { try SmallFile.replace(path, with: bytes) }
      } catch let error as SmallFile.Unusable {
        let reason = String(cString: strerror(error.code))
        throw Failure(.storeFailure, "\(path) cannot be written: \(reason).", details: ["path": path])
      }
      return pods
    }
  }

  /// Brings the file up to date if it is there. What goes wrong is told by the next `make`.
  func refresh(_ store: PodStore) async {
    if access(path, F_OK) == 0 { _ = try? await make(store) }
  }
}
