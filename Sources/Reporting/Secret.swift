/// A value that must not be printed. Interpolated, described, dumped or mirrored it shows `••••`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The value itself, for the one place it is meant for: a header, a child's standard input.
  package let exposed: String

  package init(_ value: String) { exposed = value }

  package var description: String { "••••" }
  package var debugDescription: String { "••••" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
