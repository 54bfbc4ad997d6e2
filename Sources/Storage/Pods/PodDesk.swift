/// The books opened for one transaction of `PodStore.update`.
package struct PodDesk {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// All pods of an account, or of all, that may still exist, oldest first.
  package func live(account: String? = nil) throws -> [PodRecord] {
    try PodTable.live(account: account, connection)
  }

  /// Every pod with an id, oldest first: what a mirror of the books shows.
  package func all() throws -> [PodRecord] { try PodTable.all(connection) }

  package func find(number: Int) throws -> PodRecord? { try PodTable.find(number: number, connection) }

  package func find(podId: String) throws -> PodRecord? { try PodTable.find(podId: podId, connection) }

  package func find(intent: String) throws -> PodRecord? { try PodTable.find(intent: intent, connection) }

  /// The pod of an account for which a client gave this token.
  package func find(clientToken: String, account: String) throws -> PodRecord? {
    try PodTable.find(clientToken: clientToken, account: account, connection)
  }

  package func insert(_ record: PodRecord) throws -> PodRecord { try PodTable.insert(record, connection) }

  /// Writes `record` over the row of its number.
  package func save(_ record: PodRecord) throws { try PodTable.save(record, connection) }
}
