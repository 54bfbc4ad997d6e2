/// The name under which a pod is asked for, unique so that it can be found again after an answer that was lost.
package enum PodIntent {
  /// RunPod's limit for a pod's name, in characters.
  private static let longest = 191
  private static let prefix = "runpod-rpc"

  /// A new name: the caller's own, or ours, and twelve random characters.
  package static func unique(for name: String) -> String {
    let suffix = String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0" })
    let head = name.isEmpty ? prefix : name
    return "\(head.prefix(longest - suffix.count - 1))-\(suffix)"
  }
}
