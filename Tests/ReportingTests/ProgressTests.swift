import Concurrency
import Reporting
import Testing

@Suite struct ProgressTests {
  @Test func aPartFillsItsShareOfTheWhole() {
    let updates = Locked<[Progress.Update]>([])
    let whole = Progress { update in updates.withLock { $0.append(update) } }
    let part = whole.part(0.2...0.6, prefix: "Step 2/5: ")
    part.report("waiting", fraction: 0.5)
    part.report("still waiting")
    #expect(
      updates.withLock { $0 } == [
        .init(message: "Step 2/5: waiting", fraction: 0.4), .init(message: "Step 2/5: still waiting", fraction: 0.2),
      ]
    )
  }
}
