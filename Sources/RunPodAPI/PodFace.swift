/// Which of RunPod's two APIs is behind a door, and so what there is on the other side.
package enum PodFace: String, Codable, Sendable, Hashable {
  /// https://docs.runpod.io/sdks/graphql, to be switched off early in 2027.
  case graphql
  /// Version 2: https://docs.runpod.io/api-reference-v2
  case rest

  /// Whether pods can be rented and resumed by a bid.
  package var hasSpotPods: Bool { self == .graphql }
}
