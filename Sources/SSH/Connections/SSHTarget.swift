package import Values

/// Where a pod's SSH server is and who logs in. Address and name are of types that hold nothing else: they stand in argument
/// lists and in a configuration file.
package struct SSHTarget: Codable, Sendable, Hashable {
  /// Names the pod's host key, whatever its address becomes.
  package var podId: String
  package var host: HostName
  package var port: PortNumber
  package var username: LoginName
  /// The private key, or the public half of one that an agent holds; nil: what the user's agent and `~/.ssh` offer.
  package var identityFile: String?

  package init(
    podId: String,
    host: HostName,
    port: PortNumber,
    username: LoginName = .root,
    identityFile: String? = nil
  ) {
    self.podId = podId
    self.host = host
    self.port = port
    self.username = username
    self.identityFile = identityFile
  }

  /// `root@203.0.113.7:10022`, for people.
  var display: String { "\(username)@\(host):\(port)" }
}
