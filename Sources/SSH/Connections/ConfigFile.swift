import FoundationEssentials
import Glibc

/// A configuration file for the SSH client that the user's own is to include.
package struct ConfigFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// What the user's own file has to have at its top.
  package var line: String { "Include \"\(path)\"" }

  /// Whether it has the line, in the place where the client looks for it.
  package var isIncluded: Bool {
    guard let user = getpwuid(geteuid()) else { return false }
    let own = URL(filePath: "\(String(cString: user.pointee.pw_dir))/.ssh/config")
    let lines = (try? String(contentsOf: own, encoding: .utf8))?.split(whereSeparator: \.isNewline) ?? []
    return lines.contains { $0.lowercased().hasPrefix("include") && $0.contains(path) }
  }
}

/// A pod in the configuration file that we write for the SSH client.
package struct ConfigHost: Sendable {
  /// `runpod-NAME`, what people call it; `runpod-ID` is understood, too.
  package let name: String
  package let target: SSHTarget

  /// - Parameter podName: As in the books.
  package init(podName: String, target: SSHTarget) {
    name = KnownHosts.alias(podId: podName)
    self.target = target
  }
}

extension SSHConnections {
  /// The text of a configuration file with which the SSH client, and what is built on it, reaches pods by name.
  ///
  /// - Throws: `Failure` of the kind `storeFailure`.
  package nonisolated func configuration(_ hosts: [ConfigHost]) throws -> String {
    let blocks = try hosts.map { host in
      try knownHosts.prepare(host.target)
      return ClientOptions(target: host.target, knownHosts: knownHosts, userConfig: false).configuration(host.name)
    }
    return "# Written by runpod-rpc, which keeps it current: changes made here are lost.\n" + blocks.joined()
  }
}
