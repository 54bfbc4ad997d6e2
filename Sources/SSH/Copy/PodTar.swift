/// The program that reads and writes a tar stream on a pod.
enum PodTar: String, Sendable {
  /// Times to the nanosecond, holes, and a list of what is to be sent.
  case gnu
  case other
  case none

  /// Sets `tar` to one of the words above.
  static let look = """
    tar=none
    if command -v tar >/dev/null; then
      tar=other
      case $(tar --version 2>/dev/null) in *GNU*) tar=gnu ;; esac
    fi

    """
}
