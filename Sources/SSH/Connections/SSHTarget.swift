/// Where a pod's SSH server is and who logs in.
package struct SSHTarget: Codable, Sendable, Hashable {
  /// Names the pod's host key, whatever its address becomes.
  package var podId: String
  package var host: String
  package var port: Int
  package var username: String
  /// The private key; nil: what the user's agent and `~/.ssh` offer.
  package var identityFile: String?

  package init(podId: String, host: String, port: Int, username: String = "root", identityFile: String? = nil) {
    self.podId = podId
    self.host = host
    self.port = port
    self.username = username
    self.identityFile = identityFile
  }

  /// `root@203.0.113.7:10022`, for people.
  var display: String { "\(username)@\(host):\(port)" }
}
