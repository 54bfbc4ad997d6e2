import Environment
import Reporting
import Subprocess

extension Settings {
  /// Looks whether there is all that setting a runner up needs: before anything is rented.
  ///
  /// - Throws: `Failure(.environmentIncomplete)` that names what is missing and how to get it.
  func requireRunnerTools(token: Secret?) throws {
    _ = try secret(.runpodApiKey)
    if token == nil { _ = try secret(.githubToken) }
    for tool in ["ssh", "ssh-keygen"] where findExecutable(tool) == nil {
      throw Failure(
        .environmentIncomplete,
        "The program \(tool) was not found.",
        hint: "On Debian and Ubuntu: apt-get install openssh-client.",
        details: ["tool": tool]
      )
    }
  }
}
