/// Finds the known name that someone meant by a name that is not known.
package enum NearestName {
  /// The known name that `name` most likely stands for.
  ///
  /// Compared without case and separators: first the same letters (`pods_list`, `podsList` for `pods/list`), then a name that
  /// begins with these words (`gpu` for `gpuTypeId`), then the fewest letters different, then a name that ends with these
  /// words or has them in it (`id` for `podId`), then one with the same words in another order (`list_pod` for `pods/list`),
  /// then one that these words end with (`mcp__runpod__pods_list`). Of equally good names the first in `known` wins, so that a list in the
  /// order of importance gets the most likely answer.
  ///
  /// - Returns: nil when nothing known is near.
  package static func to(_ name: String, among known: [String]) -> String? {
    let wanted = words(of: name)
    guard !wanted.isEmpty else { return nil }
    let letters = wanted.flatMap { $0 }
    let candidates = known.map { (name: $0, words: words(of: $0)) }
    func first(where fits: ([[UInt8]]) -> Bool) -> String? { candidates.first { fits($0.words) }?.name }
    if let same = first(where: { $0.flatMap { $0 } == letters }) { return same }
    if let longer = first(where: { $0.starts(with: wanted) }) { return longer }
    let near = candidates.map { (name: $0.name, distance: distance(letters, $0.words.flatMap { $0 })) }
      .min { $0.distance < $1.distance }
    if let near, near.distance <= max(1, letters.count / 3), near.distance < letters.count { return near.name }
    return first { $0.suffix(wanted.count).elementsEqual(wanted) }
      ?? first { words in words.indices.contains { words[$0...].starts(with: wanted) } }
      ?? first { words in words.count > 1 && sorted(words) == sorted(wanted) }
      ?? first { words in words.count > 1 && wanted.suffix(words.count).elementsEqual(words) }
  }

  /// What to say about an unknown name: "did you mean gpuTypeId?"; without a near one the first few that are known.
  package static func advice(_ name: String, among known: [String]) -> String {
    if let nearest = to(name, among: known) { return "did you mean \(nearest)?" }
    let shown = known.prefix(mostShown)
    guard !shown.isEmpty else { return "there are none" }
    let more = known.count > shown.count ? " and \(known.count - shown.count) more" : ""
    return "there are \(shown.joined(separator: ", "))\(more)"
  }

  private static let mostShown = 8

  /// The words of `gpuTypeId`, `GPU_TYPE_ID`, `gpu-type-id` or `pods/list`, in lower case.
  private static func words(of name: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var last: UInt8 = 0
    for byte in name.utf8 {
      let isUpper = (65...90).contains(byte)
      let isPlain = isUpper || (97...122).contains(byte) || (48...57).contains(byte) || byte >= 128
      if isPlain {
        let follows = (97...122).contains(last) || (48...57).contains(last)
        if words.isEmpty || last == 0 || isUpper && follows { words.append([]) }
        words[words.count - 1].append(isUpper ? byte + 32 : byte)
      }
      last = isPlain ? byte : 0
    }
    return words
  }

  /// The words without the end of the plural, in an order that is the same for all orders of them.
  private static func sorted(_ words: [[UInt8]]) -> [[UInt8]] {
    words.map { $0.last == UInt8(ascii: "s") ? $0.dropLast() : $0 }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Insertions, deletions, replacements and exchanges of two neighbours: optimal string alignment.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var row = Array(0...right.count)
    for i in left.indices {
      var next = [i + 1]
      for j in right.indices {
        var best = min(row[j + 1] + 1, next[j] + 1, row[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, before[j - 1] + 1) }
        next.append(best)
      }
      before = row
      row = next
    }
    return row[right.count]
  }
}
