import JSON
package import Reporting
import Values

extension GitHubClient {
  /// A token for `config.sh`, good for one hour and any number of runners.
  package func registrationToken(for scope: RunnerScope) async throws -> Secret {
    try await mint("registration-token", for: scope)
  }

  /// A token for `config.sh remove`, good for one hour.
  package func removeToken(for scope: RunnerScope) async throws -> Secret {
    try await mint("remove-token", for: scope)
  }

  /// Registers a runner that is yet to come. It is in the list from now on, and takes one job.
  ///
  /// - Parameters:
  ///   - groupId: 1 is the default group.
  ///   - labels: All that it will have, GitHub's own included; 100 at most.
  /// - Throws: `Failure(.conflict)` when the name is taken.
  package func jitRegistration(
    name: String,
    groupId: Int,
    labels: [String],
    in scope: RunnerScope
  ) async throws -> JITRegistration {
    let purpose = "register the runner \(name) for \(scope.displayName)"
    let body: JSONValue = [
      "name": .string(name), "runner_group_id": .integer(groupId), "labels": .array(labels.map { .string($0) }),
      "work_folder": "_work",
    ]
    let answer = try await json(call("POST", "runners/generate-jitconfig", in: scope, body: body, to: purpose))
    return try JITRegistration(answer, intake)
  }

  private func mint(_ kind: String, for scope: RunnerScope) async throws -> Secret {
    let purpose = "get a \(kind) for \(scope.displayName)"
    let answer = try await json(call("POST", "runners/\(kind)", in: scope, to: purpose))
    // On the pod it is a word of a program's environment.
    guard let token = answer["token"]?.stringValue, let word = Label(rawValue: token)?.rawValue,
      word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else {
      throw Failure(.apiFailure, "GitHub answered without a proper token when asked to \(purpose).")
    }
    return Secret(word)
  }
}
