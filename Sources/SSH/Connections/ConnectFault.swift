/// Why an attempt to connect came to nothing.
enum ConnectFault: Error, Sendable, Hashable {
  /// What may be another way the next time.
  enum Obstacle: String, Sendable, Hashable {
    /// Nobody listens at the port.
    case refused
    /// No such host, no way to it, or no answer from it.
    case unreachable
    /// Somebody listens and does not go on: no greeting, no keys, no answer to ours.
    case silent
    /// Somebody listens and hangs up.
    case hungUp
    case other
  }

  /// The server takes none of our keys.
  case refusedKey
  /// The server shows another key than the pinned one; its fingerprint.
  case hostKeyChanged(offered: String?)
  /// The private key cannot be used; why.
  case unusableKey(String)
  /// The SSH agent here does not answer; its socket.
  case hungAgent(String)
  /// Our client and the server have no algorithm in common, or our client does not know an option.
  case incompatible(String)
  /// It may go better the next time; in the client's words.
  case transient(Obstacle, String)

  /// Whether it may come from having asked at an address that is not the pod's any more.
  var mayBeSomebodyElse: Bool {
    switch self {
    case .refusedKey, .hostKeyChanged, .transient: true
    case .unusableKey, .incompatible, .hungAgent: false
    }
  }
}
