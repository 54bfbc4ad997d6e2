package import RunPodAPI

/// A pod in our books beside the same pod at RunPod.
package struct PodStatusReport: Codable, Sendable, Hashable {
  /// The books as they were when the question was asked.
  package var pod: Pod
  /// RunPod's answer, nil when it does not know the pod.
  package var remote: RemotePod?
  /// Whether the two say the same. The books have been corrected since when they do not.
  package var agrees: Bool

  package init(pod: Pod, remote: RemotePod?, agrees: Bool) {
    self.pod = pod
    self.remote = remote
    self.agrees = agrees
  }
}
