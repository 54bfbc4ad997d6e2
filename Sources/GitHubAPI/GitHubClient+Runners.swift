import Concurrency
import HTTP
import JSON
import Outside
import Reporting
import Values

extension GitHubClient {
  package var addressesOfRunners: [String] { server.addressesOfRunners }

  /// The runners of the scope, of all pages.
  ///
  /// - Parameter name: Only runners of exactly this name.
  package func runners(in scope: RunnerScope, name: String? = nil) async throws -> [GitHubRunner] {
    let filter = name.map { "&name=" + PercentEncoding.query($0) } ?? ""
    let purpose = "list the runners of \(scope.displayName)"
    let found = try await pages("runners", of: "runners", filter: filter, in: scope, to: purpose)
    // GitHub does not promise that its filter is exact.
    return found.compactMap { GitHubRunner($0, intake) }.filter { name == nil || $0.name.bytes == name?.bytes }
  }

  /// The runners of the scope, as of at most two seconds ago: one list serves all who wait for something in it.
  package func recentRunners(in scope: RunnerScope) async throws -> [GitHubRunner] {
    try await lists.value(scope) { [self] in try await runners(in: scope) }
  }

  /// Takes the runner off the list; one that is not there is a success.
  ///
  /// - Throws: `Failure(.conflict)` while it runs a job.
  package func deleteRunner(id: Int, in scope: RunnerScope) async throws {
    do {
      _ = try await call("DELETE", "runners/\(id)", in: scope, to: "remove runner \(id) from \(scope.displayName)")
    } catch let failure as Failure where failure.kind == .notFound {}
  }

  /// Gives a runner these custom labels in place of those that it has; GitHub's own stay.
  ///
  /// Source: https://docs.github.com/en/rest/actions/self-hosted-runners (set custom labels for a self-hosted runner).
  package func setLabels(_ labels: [String], ofRunner id: Int, in scope: RunnerScope) async throws {
    _ = try await call(
      "PUT",
      "runners/\(id)/labels",
      in: scope,
      body: ["labels": .array(labels.map { .string($0) })],
      to: "change the labels of runner \(id) of \(scope.displayName)"
    )
  }

  /// The id of a runner group, by its name.
  ///
  /// - Throws: `Failure(.configurationInvalid)` when the scope has no such group.
  package func runnerGroupId(named name: String, in scope: RunnerScope) async throws -> Int {
    let purpose = "list the runner groups of \(scope.displayName)"
    let groups = try await pages("runner-groups", of: "runner_groups", filter: "", in: scope, to: purpose)
    let wanted = groups.first { $0["name"]?.stringValue?.bytes.lowercased == name.bytes.lowercased }
    guard let id = wanted?["id"]?.intValue else {
      let names = groups.compactMap { $0["name"]?.stringValue?.visible }.joined(separator: ", ")
      throw Failure(
        .configurationInvalid,
        "\(scope.displayName) has no runner group \"\(name)\".",
        hint: "It has: \(names.isEmpty ? "none" : names)."
      )
    }
    return id
  }

  private func pages(
    _ path: String,
    of member: String,
    filter: String,
    in scope: RunnerScope,
    to purpose: String
  ) async throws -> [JSONValue] {
    var found: [JSONValue] = []
    // A page may be short, and the count is the server's word only: an empty page is the sure end.
    for page in 1...1000 {
      let answer = try await json(call("GET", "\(path)?per_page=100&page=\(page)\(filter)", in: scope, to: purpose))
      let entries = answer[member]?.arrayValue ?? []
      found += entries
      let total = answer["total_count"]?.intValue ?? 0
      if entries.isEmpty || page * 100 >= total { break }
    }
    return found
  }
}
