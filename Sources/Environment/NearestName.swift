/// What somebody who mistyped a name may have meant.
package enum NearestName {
  /// The known name with the fewest letters different, if not too many are.
  package static func to(_ name: String, among known: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    let best = known.map { (name: $0, distance: distance(wanted, Array($0.lowercased().utf8))) }
      .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(1, name.utf8.count / 3) else { return nil }
    return best.name
  }

  /// Levenshtein's: insertions, deletions and replacements.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (byte == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
