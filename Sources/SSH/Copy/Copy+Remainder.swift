extension Copy {
  /// What is left to copy, once a file that was there in part is whole; nil for everything.
  func remainder(
    _ found: CopySource,
    _ script: CopyScript,
    _ meter: CopyProgress
  ) async throws -> CopyRemainder? {
    guard request.resumes, let wanted = found.entries else { return nil }
    async let presentList = destination.run(script.present)
    async let leftList = destination.run(script.left)
    let (present, left) = try await (presentList, leftList)
    for list in [present, left] { try check(list.code, list.words, "\(request.destination) cannot be written") }
    guard let there = CopyEntry.list(left.text),
      let finished = CopyEntry.list(present.text, root: "./\(script.entry)"), !(there.isEmpty && finished.isEmpty)
    else { return nil }
    var remainder = CopyRemainder(left: there, present: finished, wanted: wanted)
    meter.skip(remainder.bytesThere)
    for part in remainder.parts where try await complete(part, script, meter) { remainder.isWhole(part) }
    return remainder
  }

  /// Sends what differs of a file that is there in part; false: nothing is gained by that.
  private func complete(_ part: CopyPart, _ script: CopyScript, _ meter: CopyProgress) async throws -> Bool {
    guard let sums = try await sums(of: part, script), let missing = part.missing(sums) else { return false }
    meter.skip(part.file.size - part.bytes(missing))
    let (code, words) = try await destination.run(
      script.receive(missing, of: part),
      input: { try await stream(script.send(missing, of: part), to: $0, meter) },
      output: { _ in }
    )
    try check(code, words, "\(request.destination) cannot be written")
    // Apart from the above, which may take the end of the connection for the end of the blocks.
    let named = try await destination.run(script.finish(part))
    try check(named.code, named.words, "\(request.destination) cannot be written")
    return true
  }

  /// The checksums of both sides; nil when one of them cannot tell.
  private func sums(of part: CopyPart, _ script: CopyScript) async throws -> [String]? {
    for summer in CopyPart.summers {
      async let ours = source.run(script.sourceSums(part, by: summer))
      async let theirs = destination.run(script.sums(part, by: summer))
      let sums = try await [ours, theirs]
      if sums.allSatisfy({ $0.code == 0 }) { return sums.map(\.text) }
      guard sums.contains(where: { $0.code == CopyPart.noProgram }) else { break }
    }
    return nil
  }
}
