import Concurrency

/// Takes values in where they enter. What does not fit is left out, and each such value is warned of once.
package final class Intake: Sendable {
  /// Warnings at most: a source that is all wrong must not fill a log.
  private static let mostWarnings = 100

  private let source: String
  private let notice: @Sendable (String) -> Void
  private let warnings = Locked<Set<String>>([])

  /// - Parameters:
  ///   - source: Who says it: "RunPod".
  ///   - notice: Gets the warnings.
  package init(_ source: String, notice: @escaping @Sendable (String) -> Void = { _ in }) {
    self.source = source
    self.notice = notice
  }

  /// The value, if it fits; nil also for nil and for an empty text.
  ///
  /// - Parameter what: What it is said to be: "the host of pod 50qynxzilsxoey".
  package func take<Value: CheckedValue>(
    _ raw: Value.RawValue?,
    _ what: @autoclosure () -> String,
    as: Value.Type = Value.self
  ) -> Value? {
    guard let raw else { return nil }
    if let value = Value(rawValue: raw) { return value }
    let shown = "\(raw)".visible
    if !shown.isEmpty { warn("gives \(Self.excerpt(shown)) as \(what()), which is not \(Value.noun)") }
    return nil
  }

  /// Warns of something that is left out.
  ///
  /// - Parameter fault: What the source did: "lists a pod without an id".
  package func warn(_ fault: String) {
    let text = "\(source) \(fault); it is left out"
    let isNew = warnings.withLock { warnings in
      warnings.count < Self.mostWarnings && warnings.insert(text).inserted
    }
    if isNew { notice(text) }
  }

  private static func excerpt(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return scalars.count > 100 ? "\"\(String(scalars.prefix(100)))…\"" : "\"\(text)\""
  }
}
