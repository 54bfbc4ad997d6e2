/// Whose key it is.
package struct Account: Codable, Sendable, Hashable {
  package var id: String?
  package var email: String?
  /// USD.
  package var balance: Double?
  /// USD.
  package var currentSpendPerHour: Double?

  package init(id: String?, email: String? = nil, balance: Double? = nil, currentSpendPerHour: Double? = nil) {
    self.id = id
    self.email = email
    self.balance = balance
    self.currentSpendPerHour = currentSpendPerHour
  }
}
