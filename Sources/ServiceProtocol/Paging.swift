import JSON

/// Params of a list of which nothing is chosen but the page.
package struct PageParams: Codable, Sendable {
  package var limit: Int
  package var cursor: String?
}

/// The params and the result of lists that come in pages.
extension Schema.Field {
  static func limit(_ count: Int) -> Schema.Field {
    .init("limit", .integer(minimum: 1, maximum: 1000), "How many at most.", default: .integer(count))
  }

  static let cursor = Schema.Field("cursor", .string, "The nextCursor of the page before.")
  static let nextCursor = Schema.Field("nextCursor", .string, "Gives the next page; absent on the last one.")
}
