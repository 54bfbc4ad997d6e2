import ServiceProtocol

/// A part of a list that is made anew for each request. Its cursor is the number of entries before the next page.
struct Page<Element> {
  let elements: [Element]
  let nextCursor: String?

  init(of all: [Element], _ params: PageParams) throws {
    try self.init(of: all, limit: params.limit, cursor: params.cursor)
  }

  /// - Throws: `InvalidParams` for what no page has had as its cursor.
  init(of all: [Element], limit: Int, cursor: String?) throws {
    var start = 0
    if let cursor {
      guard let count = Int(cursor), count >= 0 else {
        throw InvalidParams(path: "cursor", expected: "a nextCursor of an earlier page")
      }
      start = min(count, all.count)
    }
    let end = min(start + max(1, limit), all.count)
    elements = Array(all[start..<end])
    nextCursor = end < all.count ? "\(end)" : nil
  }
}
