import JSON
package import Reporting
package import RunPodAPI

/// Asks RunPod whose key this is: the check that it is good.
package enum AuthValidate: ServiceMethod {
  package typealias Params = NoParams

  package struct Result: Codable, Sendable {
    package var account: Account

    package init(account: Account) { self.account = account }
  }

  package static let name = "auth/validate"
  package static let summary = "Asks RunPod whether the API key is good, and whose it is."
  package static let result = Schema.object([
    .init(
      "account",
      .object([
        .init("id", .string, "RunPod's id of the account."),
        .init("email", .string, "The account's address."),
        .init("balance", .number(), "USD."),
        .init("currentSpendPerHour", .number(), "USD."),
      ]),
      "Whose key it is.",
      isRequired: true
    )
  ])
  package static let errors: [Failure.Kind] = [.environmentIncomplete, .unauthorized, .forbidden, .networkFailure]
  package static let examples = [
    Example(
      "good key",
      result: ["account": ["id": "user_2abc", "email": "me@example.org", "balance": 25.5, "currentSpendPerHour": 0.44]]
    )
  ]
}
