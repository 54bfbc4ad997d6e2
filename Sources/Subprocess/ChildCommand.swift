import Glibc

/// A program to run as a child of this process.
package struct ChildCommand: Sendable {
  /// A path, or a name that is looked up in the `PATH` of `environment`.
  package var executable: String
  /// What follows the name of the program. Visible to every user of the machine: never a secret.
  package var arguments: [String]
  /// All the child's variables; nil: ours.
  package var environment: [String: String]?
  /// nil: ours.
  package var workingDirectory: String?
  /// Whether the child leads a session of its own; it leads a process group in any case.
  package var newSession: Bool
  /// What the kernel sends to the child when this process ends without having ended it; 0: nothing.
  package var deathSignal: Int32

  package init(
    _ executable: String,
    _ arguments: [String] = [],
    environment: [String: String]? = nil,
    workingDirectory: String? = nil,
    newSession: Bool = false,
    deathSignal: Int32 = SIGTERM
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.newSession = newSession
    self.deathSignal = deathSignal
  }
}
