/// What is the same for all connections of a service.
package struct SSHSettings: Sendable, Hashable {
  /// Holds a `known_hosts` file for each pod; made when it is missing.
  package var stateDirectory: String
  /// Holds the control sockets. Becomes private (0700); a path too long for a socket is replaced by one in `/tmp`.
  package var runtimeDirectory: String
  /// Whether `~/.ssh/config` and the system's configuration count.
  package var userConfig: Bool
  /// After which a connection that nobody uses is closed, once or twice as late.
  package var idleLimit: Duration

  package init(
    stateDirectory: String,
    runtimeDirectory: String,
    userConfig: Bool = false,
    idleLimit: Duration = .seconds(300)
  ) {
    self.stateDirectory = stateDirectory
    self.runtimeDirectory = runtimeDirectory
    self.userConfig = userConfig
    self.idleLimit = idleLimit
  }
}
