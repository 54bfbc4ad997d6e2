import Concurrency
import FoundationEssentials
import Reporting
package import RunPodAPI
import Storage

extension PodManager {
  /// Starts a running pod's container anew where it is.
  ///
  /// - Throws: `Failure(.conflict)` for a pod that does not run; `Failure(.configurationInvalid)` where the API in use cannot;
  ///   `Failure(.notFound)` when there is no such pod.
  package func restart(_ id: String) async throws -> Pod {
    let record = try await wanted(id)
    guard [.running, .starting].contains(record.state) else {
      throw Failure(
        .conflict,
        "Pod \(id) is \(record.status).",
        hint: "pods/resume starts it.",
        resources: ["podId": id]
      )
    }
    let remote = try await provider.restart(id: id)
    return Pod(try await begunAnew(record, remote))
  }

  /// Changes what a pod runs.
  ///
  /// - Returns: The pod, and whether its container starts anew now.
  /// - Throws: `Failure(.configurationInvalid)` when nothing is to change; `Failure(.notFound)` when there is no such pod.
  package func update(_ id: String, _ edit: PodEdit) async throws -> (pod: Pod, isRestarted: Bool) {
    guard !edit.isEmpty else {
      throw Failure(
        .configurationInvalid,
        "Nothing says what is to change about pod \(id).",
        hint: "Set imageName, env, ports or containerDiskInGb."
      )
    }
    let record = try await wanted(id)
    let remote = try await provider.update(id: id, edit)
    let image = edit.imageName
    let changed = try await books.change(record) { if let image { $0.imageName = image } }
    guard [.running, .starting].contains(record.state) else { return (Pod(changed), false) }
    return (Pod(try await begunAnew(changed, remote)), true)
  }

  /// Takes in that the container is another one, with other host keys, and perhaps at another port.
  private func begunAnew(_ record: PodRecord, _ remote: RemotePod?) async throws -> PodRecord {
    let starting = try await books.change(record) { [now = time.now()] in $0.become(.starting, at: now) }
    if let id = record.podId { await books.wiped(id) }
    // The runtime in this answer, if any, is of the time before.
    guard var remote else { return starting }
    remote.runtime = nil
    return try await books.take(remote)
  }
}
