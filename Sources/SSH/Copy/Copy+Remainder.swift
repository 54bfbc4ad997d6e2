import Concurrency

extension Copy {
  /// What is left to copy, once files that were there in part are whole; nil for everything.
  func remainder(_ wanted: [CopyEntry], _ meter: CopyProgress) async throws -> CopyRemainder? {
    guard request.resumes else { return nil }
    async let presentList = destination.present()
    async let leftList = destination.left()
    var (present, left) = try await (presentList, leftList)
    guard !left.entries.isEmpty || !present.entries.isEmpty else { return nil }
    let kinds = Dictionary(wanted.map { ($0.path, $0.kind) }, uniquingKeysWith: { first, _ in first })
    let stale = left.entries.filter { kinds[$0.path] != $0.kind }.map(\.path)
    if !stale.isEmpty { try await destination.remove(stale) }
    left.entries.removeAll { kinds[$0.path] != $0.kind }
    var remainder = CopyRemainder(left: left, present: present, wanted: wanted)
    meter.skip(remainder.bytesThere)
    for part in remainder.parts where try await complete(part, meter) { remainder.isWhole(part) }
    return remainder
  }

  /// Sends what differs of a file that is there in part; false: nothing is gained by that.
  private func complete(_ part: CopyPart, _ meter: CopyProgress) async throws -> Bool {
    guard let sums = try await sums(of: part), let missing = part.missing(sums) else { return false }
    let count = part.bytes(of: missing).reduce(0) { $0 + $1.count }
    meter.skip(part.file.size - count)
    let sent = Locked(0)
    try await destination.receive(missing, of: part) { sink in
      try await source.send(missing, of: part) { bytes in
        try await sink(bytes)
        sent.withLock { $0 += bytes.count }
        meter.add(bytes.count)
      }
    }
    // It has been cut short meanwhile, which is told of it when all of it is sent once more.
    guard sent.withLock({ $0 }) == count else { return false }
    try await destination.finish(part)
    return true
  }

  /// The checksums of both sides; nil when one of them cannot tell.
  private func sums(of part: CopyPart) async throws -> ([String], [String])? {
    for program in CopyPart.summers {
      async let ours = source.sums(of: part, by: program)
      async let theirs = destination.sums(of: part, by: program)
      if let sums = try await ours, let others = try await theirs { return (sums, others) }
    }
    return nil
  }
}
