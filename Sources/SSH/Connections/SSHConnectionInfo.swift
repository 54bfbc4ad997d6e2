/// An open connection, as `ssh/connect` tells of it.
package struct SSHConnectionInfo: Codable, Sendable, Hashable {
  package var host: String
  package var port: Int
  package var username: String
  /// `SHA256:…` of the host key that is pinned for the pod.
  package var hostKeyFingerprint: String
  /// The server's software: `OpenSSH_9.2p1 Debian-2`.
  package var serverVersion: String?
  /// How many tries it took; 0: the connection was there already.
  package var attempts: Int

  package init(
    host: String,
    port: Int,
    username: String,
    hostKeyFingerprint: String,
    serverVersion: String?,
    attempts: Int
  ) {
    self.host = host
    self.port = port
    self.username = username
    self.hostKeyFingerprint = hostKeyFingerprint
    self.serverVersion = serverVersion
    self.attempts = attempts
  }
}
