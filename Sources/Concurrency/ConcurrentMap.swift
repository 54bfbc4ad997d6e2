/// What `transform` makes of each item, in the order of the items, with at most `limit` at work at once. The first error
/// cancels the rest.
///
/// - Throws: What `transform` throws.
package func concurrentMap<Item: Sendable, Value: Sendable>(
  _ items: [Item],
  limit: Int,
  _ transform: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: (Int, Value).self) { group in
    var values = [Value?](repeating: nil, count: items.count)
    for (index, item) in items.enumerated() {
      if index >= max(limit, 1), let (done, value) = try await group.next() { values[done] = value }
      group.addTask { (index, try await transform(item)) }
    }
    for try await (done, value) in group { values[done] = value }
    return values.compactMap(\.self)
  }
}
