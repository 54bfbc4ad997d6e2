package import Values

extension RemotePod {
  /// The container, as its host sees it.
  package struct Runtime: Codable, Sendable, Hashable {
    /// Near 0, or negative, again and again for a container whose command exits.
    package var uptimeInSeconds: Int?
    package var ports: [Port]

    package init(uptimeInSeconds: Int?, ports: [Port]) {
      self.uptimeInSeconds = uptimeInSeconds
      self.ports = ports
    }
  }
}

extension RemotePod.Runtime {
  /// A port of the container and where it can be reached.
  package struct Port: Codable, Sendable, Hashable {
    package var ip: HostName?
    package var isIpPublic: Bool
    package var privatePort: Int
    package var publicPort: PortNumber?
    /// "tcp" or "http".
    package var type: String?

    package init(ip: HostName?, isIpPublic: Bool, privatePort: Int, publicPort: PortNumber?, type: String?) {
      self.ip = ip
      self.isIpPublic = isIpPublic
      self.privatePort = privatePort
      self.publicPort = publicPort
      self.type = type
    }
  }
}
