import Pods
import SSH

extension ConfigHost {
  /// nil for a pod that has no address.
  init?(_ pod: Pod, username: String, identityFile: String?) {
    guard let id = pod.id, let host = pod.host, let port = pod.sshPort else { return nil }
    self.init(
      podName: pod.name,
      target: SSHTarget(podId: id, host: host, port: port, username: username, identityFile: identityFile)
    )
  }
}
