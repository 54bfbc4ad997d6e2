import Concurrency
package import FoundationEssentials
import Outside
package import Reporting
package import RunPodAPI
import Storage

/// Pods whose creation was answered, and those whose answer may have reached nobody.
extension PodManager {
  /// How long a pod may run whose creation was not answered, counted from the creation and from each call that names it.
  package static let unclaimedLifetime: TimeInterval = 900

  /// Rents a pod that is terminated after a quarter of an hour unless it is claimed by then.
  ///
  /// - Parameter clientToken: The same request sent again, with the same token, gets the same pod.
  package func createUnclaimed(_ request: PodRequest, clientToken: String?, progress: Progress) async throws -> Pod {
    if let clientToken, let intent = try await intent(of: clientToken, for: request) {
      return try await create(request, intent: intent, progress: progress)
    }
    let pod = try await create(
      request,
      heldFor: Self.unclaimedLifetime,
      claim: PodClaim(clientToken: clientToken),
      progress: progress
    )
    if let id = pod.id { answering.insert(id) }
    return pod
  }

  /// The name under which a request with this token was sent before.
  ///
  /// - Throws: `Failure(.conflict)` when that was a request for another name.
  private func intent(of clientToken: String, for request: PodRequest) async throws -> String? {
    guard let record = try await books.store.find(clientToken: clientToken, account: accountId()) else { return nil }
    let isSame =
      request.name.isEmpty ? PodIntent.isUnnamed(record.name) : record.name.bytes.hasPrefix("\(request.name)-")
    guard isSame else {
      throw Failure(
        .conflict,
        "The clientToken was used before, for a pod named \(record.name).",
        hint: "Use a new clientToken for each pod.",
        resources: record.podId.map { ["podId": $0] } ?? [:]
      )
    }
    return record.intent
  }

  /// Takes in whether the answer to a creation has been written to its reader.
  package func claim(_ id: String, isDelivered: Bool = true) async throws {
    defer { answering.remove(id) }
    guard isDelivered, let record = try await books.store.find(podId: id), record.isUnclaimed else { return }
    _ = try await books.change(record, flushed: true) {
      guard $0.isUnclaimed else { return }
      $0.isUnclaimed = false
      $0.heldUntil = nil
    }
  }

  /// Gives an unclaimed pod that a call names another quarter of an hour.
  func named(_ record: PodRecord) async throws -> PodRecord {
    guard record.isUnclaimed, record.isLive else { return record }
    return try await books.change(record) { [now = time.now()] in
      if $0.isUnclaimed { $0.heldUntil = now + Self.unclaimedLifetime }
    }
  }

  /// Tells of pods whose creation was never answered; for a service that begins.
  func warnOfUnclaimed() async {
    guard let rows = try? await books.store.live(account: accountId()) else { return }
    for record in rows where record.isUnclaimed && creations[record.number] == nil {
      guard let id = record.podId, let end = record.heldUntil else { continue }
      notice(
        "Pod \(id) (\(record.name)) was rented and the answer reached nobody. It is terminated at "
          + "\(end.formatted(.iso8601)) unless a call names it."
      )
    }
  }
}

/// What makes a pod one that is still to be claimed.
package struct PodClaim: Sendable, Hashable {
  package var clientToken: String?

  package init(clientToken: String? = nil) { self.clientToken = clientToken }
}
