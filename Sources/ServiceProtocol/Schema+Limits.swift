/// Bounds of numbers that callers give: what the domain can bear, far above what anyone needs. What is to have no limit is
/// left out.
extension Schema {
  /// Seconds, up to a century of 36,525 days.
  static func seconds(minimum: Double = 0) -> Schema { .number(minimum: minimum, maximum: 3_155_760_000) }

  /// USD, in all or an hour.
  static let dollars = Schema.number(minimum: 0, maximum: 1_000_000)

  /// The size of a disk or a memory.
  static func gigabytes(minimum: Int = 0) -> Schema { .integer(minimum: minimum, maximum: 1_000_000) }

  /// A number that this service has given, which rises from 1 on: a place in a list, a name. All that JavaScript can hold.
  static func counter(minimum: Int = 1) -> Schema { .integer(minimum: minimum, maximum: 9_007_199_254_740_991) }

  /// The id of a request.
  static let requestId = Schema.either([.integer(minimum: .min, maximum: .max), .string])
}
