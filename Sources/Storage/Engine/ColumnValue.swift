import CSQLite
package import FoundationEssentials
import Outside

/// What a column can hold, as SQLite's own types.
package enum Column: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
}

/// A Swift value that can be bound to a statement and read back from a row.
package protocol ColumnValue: Sendable {
  var column: Column { get }
  init?(column: Column)
}

extension Int: ColumnValue {
  package var column: Column { .integer(Int64(self)) }

  package init?(column: Column) {
    guard case .integer(let value) = column else { return nil }
    self.init(exactly: value)
  }
}

extension Double: ColumnValue {
  package var column: Column { .real(self) }

  package init?(column: Column) {
    switch column {
    case .real(let value):
      guard value.isFinite else { return nil }
      self = value
    case .integer(let value): self = Double(value)
    case .null, .text: return nil
    }
  }
}

extension Bool: ColumnValue {
  package var column: Column { .integer(self ? 1 : 0) }

  package init?(column: Column) {
    guard case .integer(let value) = column else { return nil }
    self = value != 0
  }
}

extension String: ColumnValue {
  package var column: Column { .text(self) }

  package init?(column: Column) {
    guard case .text(let value) = column else { return nil }
    self = value
  }
}

/// Kept as whole microseconds since 1970: exact to compare and sort, and legible to other tools.
extension Date: ColumnValue {
  package var column: Column { .integer(Int64((limited.timeIntervalSince1970 * 1_000_000).rounded())) }

  package init?(column: Column) {
    guard case .integer(let value) = column else { return nil }
    self = Date(timeIntervalSince1970: Double(value) / 1_000_000).limited
  }
}
