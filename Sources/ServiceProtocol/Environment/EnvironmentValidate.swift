package import Environment
import JSON

/// A doctor: every setting, tool and place that the service needs, and what to do about what is missing.
package enum EnvironmentValidate: ServiceMethod {
  package typealias Params = NoParams

  package struct Result: Codable, Sendable {
    /// Whether no check is an error.
    package var ok: Bool
    package var errors: Int
    package var checks: [EnvironmentCheck]

    package init(checks: [EnvironmentCheck]) {
      self.checks = checks
      errors = checks.filter { $0.state == .error }.count
      ok = errors == 0
    }
  }

  package static let name = "environment/validate"
  package static let summary = "Checks every setting, tool and place that the service needs. Calls nobody."
  package static let result = Schema.object([
    .init("ok", .boolean, "Whether no check is an error.", isRequired: true),
    .init("errors", .integer(minimum: 0), "How many checks are errors.", isRequired: true),
    .init(
      "checks",
      .array(
        .object([
          .init("name", .string, "The variable, the tool or the place.", isRequired: true),
          .init("state", .word(EnvironmentCheck.State.allCases.map(\.rawValue)), "How it is.", isRequired: true),
          .init("message", .string, "What was found.", isRequired: true),
          .init("hint", .string, "What to do about it."),
        ])
      ),
      "Every check.",
      isRequired: true
    ),
  ])
  package static let examples = [
    Example(
      "a missing key",
      result: [
        "ok": false, "errors": 1,
        "checks": [
          [
            "name": "RUNPOD_API_KEY", "state": "error", "message": "not set",
            "hint": "Make a key at https://console.runpod.io/user/settings and set RUNPOD_API_KEY.",
          ]
        ],
      ]
    )
  ]
}
