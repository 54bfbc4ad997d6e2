/// Which runner is meant.
struct RunnerPlace: Sendable, Hashable {
  var podId: String
  /// nil: the only one on the pod, or the one in `workDirectory`.
  var name: String?
  /// nil: where the pod says that the one of this name is.
  var workDirectory: String?
}
