import Testing

/// Nothing is left running by accident: whatever fails, whoever is cancelled, and wherever the process dies, there are
/// never two pods for one request, and never a pod that is neither in the books nor gone.
@Suite struct LeakTests {
  @Test(arguments: 0..<4) func noScheduleLeaksAPod(part: Int) async throws {
    var counts: [Schedule.Kind: Int] = [:]
    for seed in (part * 750)..<((part + 1) * 750) { counts[try await Schedule(seed: seed).run(), default: 0] += 1 }
    // The schedules are only worth something when both ends are common.
    #expect(counts[.died, default: 0] > 200)
    #expect(counts[.finished, default: 0] > 200)
  }
}
