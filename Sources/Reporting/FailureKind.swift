extension Failure {
  /// The stable name of a failure, `data.kind` on the wire. Open, so that a newer peer's kinds survive.
  package struct Kind: RawRepresentable, Sendable, Hashable {
    package var rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
  }
}

extension Failure.Kind {
  package static let ambiguousOutcome = Self(rawValue: "ambiguousOutcome")
  package static let apiFailure = Self(rawValue: "apiFailure")
  package static let apiRetired = Self(rawValue: "apiRetired")
  package static let busy = Self(rawValue: "busy")
  package static let checksumMismatch = Self(rawValue: "checksumMismatch")
  package static let configurationInvalid = Self(rawValue: "configurationInvalid")
  package static let conflict = Self(rawValue: "conflict")
  package static let environmentIncomplete = Self(rawValue: "environmentIncomplete")
  package static let forbidden = Self(rawValue: "forbidden")
  package static let hostKeyChanged = Self(rawValue: "hostKeyChanged")
  package static let insufficientBalance = Self(rawValue: "insufficientBalance")
  package static let networkFailure = Self(rawValue: "networkFailure")
  package static let noCapacity = Self(rawValue: "noCapacity")
  package static let notFound = Self(rawValue: "notFound")
  package static let rateLimited = Self(rawValue: "rateLimited")
  package static let runnerInstallFailed = Self(rawValue: "runnerInstallFailed")
  package static let sshAuthentication = Self(rawValue: "sshAuthentication")
  package static let sshUnreachable = Self(rawValue: "sshUnreachable")
  package static let storeFailure = Self(rawValue: "storeFailure")
  package static let timeout = Self(rawValue: "timeout")
  package static let unauthorized = Self(rawValue: "unauthorized")

  /// Every kind of this version, alphabetical; the protocol's error table is made from it.
  package static let all: [Self] = [
    .ambiguousOutcome, .apiFailure, .apiRetired, .busy, .checksumMismatch, .configurationInvalid, .conflict,
    .environmentIncomplete, .forbidden, .hostKeyChanged, .insufficientBalance, .networkFailure, .noCapacity, .notFound,
    .rateLimited, .runnerInstallFailed, .sshAuthentication, .sshUnreachable, .storeFailure, .timeout, .unauthorized,
  ]

  /// Whether sending the same request again may help, unless the failure knows better.
  package var isUsuallyRetryable: Bool {
    [.apiFailure, .busy, .networkFailure, .noCapacity, .rateLimited, .sshUnreachable, .timeout].contains(self)
  }
}
