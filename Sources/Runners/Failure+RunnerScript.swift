import Reporting

extension Failure {
  /// A failure that `runner.sh` found on a pod.
  ///
  /// - Parameters:
  ///   - verdict: The word of its last line.
  ///   - text: The rest of that line.
  static func ofRunnerScript(verdict: String, text: String, facts: [String: String], podId: String) -> Failure {
    let kind: Kind =
      switch verdict {
      case "checksumMismatch": .checksumMismatch
      case "locked": .busy
      case "nameTaken", "alreadyConfigured", "occupied": .conflict
      case "notConfigured": .notFound
      case "tokenRefused": .unauthorized
      default: .runnerInstallFailed
      }
    var details = facts.filter { ["expectedSHA256", "foundSHA256", "workDirectory"].contains($0.key) }
    details["verdict"] = verdict
    return Failure(
      kind,
      "On pod \(podId), \(text.isEmpty ? "the runner's script failed" : text).",
      hint: hint(verdict),
      retryable: ["download", "locked"].contains(verdict),
      resources: ["podId": podId],
      details: details
    )
  }

  private static func hint(_ verdict: String) -> String? {
    switch verdict {
    case "unsupported": "Choose an image based on Debian 10, Ubuntu 20.04 or newer, for x64 or arm64."
    case "toolsMissing", "librariesMissing": "Choose an image that has them, or one where apt-get works."
    case "diskFull": "Rent the pod with a larger containerDiskInGb."
    case "unwritable": "Choose another workDirectory, on a disk that holds programs."
    case "occupied": "Choose another workDirectory."
    case "locked": "Wait for the other operation on this runner to end."
    case "download": "See whether the pod reaches the internet, and try again."
    case "checksumMismatch": "Try again; if it happens again, something between the pod and GitHub changes downloads."
    case "rootRefused": "Set runAsRoot."
    case "tokenRefused":
      "Registration tokens last one hour and serve one place; leave it out to have one minted with GITHUB_TOKEN."
    case "nameTaken": "Choose another name, or set replace."
    case "alreadyConfigured": "Remove that runner first."
    case "deprecated": "Leave out the version to have the newest."
    case "notConfigured": "Install a runner first."
    default: nil
    }
  }
}
