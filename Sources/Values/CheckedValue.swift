/// A value from outside that is known to be what it should be: one that does not fit cannot be made.
package protocol CheckedValue: RawRepresentable, Hashable, Sendable {
  /// What such a value is, as the end of "…, which is not …".
  static var noun: String { get }
}
