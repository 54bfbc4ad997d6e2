import Reporting

extension Failure {
  /// A failure that `runner.sh` found on a pod.
  ///
  /// - Parameters:
  ///   - verdict: The word of its last line.
  ///   - text: The rest of that line.
  static func ofRunnerScript(
    verdict: String,
    text: String,
    facts: RunnerScriptOutput.Facts,
    podId: String
  ) -> Failure {
    let kind: Kind =
      switch verdict {
      case "checksumMismatch": .checksumMismatch
      case "locked": .busy
      case "nameTaken", "alreadyConfigured", "occupied", "jobRunning", "ambiguous", "differs": .conflict
      case "notConfigured": .notFound
      case "tokenRefused": .unauthorized
      case "groupUnknown", "usage": .configurationInvalid
      default: .runnerInstallFailed
      }
    var details = ["verdict": verdict]
    for name in ["expectedSHA256", "foundSHA256", "workDirectory"] { details[name] = facts[name] }
    return Failure(
      kind,
      "On pod \(podId), \(text.isEmpty ? "the runner's script failed" : text).",
      hint: hint(verdict),
      retryable: ["download", "locked", "unreachable", "jobRunning"].contains(verdict),
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
    case "download", "unreachable": "See whether the pod reaches the internet, and try again."
    case "checksumMismatch": "Try again; if it happens again, something between the pod and GitHub changes downloads."
    case "rootRefused": "Set runAsRoot."
    case "tokenRefused":
      "Registration tokens last one hour and serve one place; leave it out to have one minted with GITHUB_TOKEN."
    case "nameTaken": "Choose another name, or set replace."
    case "groupUnknown": "Create the group, or leave out runnerGroup."
    case "alreadyConfigured": "Remove that runner first, or choose another workDirectory."
    case "deprecated": "Leave out the version to have the newest."
    case "notConfigured": "Install a runner first."
    case "unregistered": "Remove it, and install it again."
    case "start", "configure", "died": "Read what it said with runners/logs."
    case "jobRunning": "Wait for the job, or stop the runner with runners/stop, which cuts the job unless drain is set."
    case "differs": "Remove that runner with runners/remove first, or choose another name."
    case "ambiguous": "Say which one is meant: name."
    default: nil
    }
  }
}
