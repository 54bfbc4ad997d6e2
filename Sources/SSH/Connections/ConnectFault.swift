/// Why an attempt to connect came to nothing.
enum ConnectFault: Error, Sendable, Hashable {
  /// The server takes none of our keys.
  case refusedKey
  /// The server shows another key than the pinned one; its fingerprint.
  case hostKeyChanged(offered: String?)
  /// The private key cannot be used; why.
  case unusableKey(String)
  /// Our client and the server have no algorithm in common, or our client does not know an option.
  case incompatible(String)
  /// It may go better the next time.
  case transient(String)

  /// Whether it may come from having asked at an address that is not the pod's any more.
  var mayBeSomebodyElse: Bool {
    switch self {
    case .refusedKey, .hostKeyChanged, .transient: true
    case .unusableKey, .incompatible: false
    }
  }
}
