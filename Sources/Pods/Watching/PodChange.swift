import Outside

/// What has become of a pod.
package struct PodChange: Sendable, Hashable {
  /// The pod as it is now.
  package var pod: Pod
  /// As it was; nil for one that is new.
  package var previous: PodStatus?

  package init(pod: Pod, previous: PodStatus?) {
    self.pod = pod
    self.previous = previous
  }

  /// Whether someone bid more for a spot pod's place.
  package var isOutbid: Bool { pod.isOutbid && previous != pod.status }
}

extension Pod {
  /// Whether it is down because someone bid more for its place.
  package var isOutbid: Bool {
    [.stopped, .lost, .terminated].contains(status) && lastStatusChange?.bytes.hasPrefix("Outbid") == true
  }
}
