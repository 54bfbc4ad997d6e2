import Testing

@testable import Storage

@Suite struct RegistrationStoreTests {
  @Test func eachIsKeptOnceUntilItIsDeleted() async throws {
    let store = RegistrationStore(.inMemory())
    let first = RegistrationRecord(podId: "p1", url: "https://github.com/octo/demo", name: "r1")
    let second = RegistrationRecord(podId: "p2", url: first.url, name: "r1")
    for record in [second, first, first] { try await store.insert(record) }
    #expect(try await store.list() == [first, second])
    #expect(try await store.list(podId: "p2") == [second])
    try await store.delete(first)
    #expect(try await store.list() == [second])
  }
}
