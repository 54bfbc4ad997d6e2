import Pods
import SSH
import Values

extension SSHTarget {
  /// Where a pod can be reached; nil when it has no address.
  init?(_ pod: Pod, username: LoginName, identityFile: String?) {
    guard let id = pod.id, let host = pod.host.flatMap({ HostName(rawValue: $0) }),
      let port = pod.sshPort.flatMap({ PortNumber(rawValue: $0) })
    else { return nil }
    self.init(podId: id, host: host, port: port, username: username, identityFile: identityFile)
  }
}

extension ConfigHost {
  /// Those of the pods that can be reached.
  static func all(_ pods: [Pod], username: LoginName, identityFile: String?) -> [ConfigHost] {
    all(
      pods.compactMap { pod in
        SSHTarget(pod, username: username, identityFile: identityFile).map { (name: pod.name, target: $0) }
      }
    )
  }
}
