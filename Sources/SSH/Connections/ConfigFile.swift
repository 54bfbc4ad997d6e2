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
  /// What it can be called: `runpod-NAME` first, and `runpod-ID`. The latter alone when another pod has the name, too: the client
  /// would take the first one.
  package let names: [String]
  package let target: SSHTarget

  package var name: String { names[0] }

  /// - Parameter pods: The pods, each with its name in the inventory.
  package static func all(_ pods: [(name: String, target: SSHTarget)]) -> [ConfigHost] {
    let ids = pods.map { KnownHosts.alias(podId: $0.target.podId) }
    let names = pods.map { KnownHosts.alias(podId: $0.name) }
    let counts = Dictionary((ids + names).map { ($0, 1) }, uniquingKeysWith: +)
    return pods.indices.map { index in
      let hasName = counts[names[index]] == 1
      return ConfigHost(names: hasName ? [names[index], ids[index]] : [ids[index]], target: pods[index].target)
    }
  }
}

extension SSHConnections {
  /// The text of a configuration file with which the SSH client, and what is built on it, reaches pods by name.
  ///
  /// - Throws: `Failure` of the kinds `storeFailure` and `configurationInvalid`.
  package nonisolated func configuration(_ hosts: [ConfigHost]) throws -> String {
    let blocks = try hosts.map { host in
      try knownHosts.prepare(host.target)
      return try ClientOptions(target: host.target, knownHosts: knownHosts, userConfig: false)
        .configuration(host.names)
    }
    return "# Written by runpod-rpc, which keeps it current: changes made here are lost.\n" + blocks.joined()
  }
}
