import Glibc
import Subprocess
import Testing

@Suite struct EventLoopTests {
  @Test func aWaitEndsWhenBytesCome() async throws {
    let (reader, writer) = try pipe()
    async let read = reader.read()
    try await writer.write([1, 2, 3])
    #expect(try await read == [1, 2, 3])
  }

  @Test func theEndIsToldWhenTheWriterCloses() async throws {
    let (reader, writer) = try pipe()
    async let read = reader.read()
    writer.close()
    #expect(try await read == nil)
  }

  @Test func aCancelledWaitEndsAtOnce() async throws {
    let (reader, writer) = try pipe()
    let task = Task { try await reader.read() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await writer.write([9])
    #expect(try await reader.read() == [9])
  }

  @Test func cancelRacingDataLosesNothingAndLeavesNoRegistration() async throws {
    let (reader, writer) = try pipe()
    for round in 0..<500 {
      let task = Task { try await reader.read(upTo: 1) }
      async let write: Void = writer.write([UInt8(round & 255)])
      task.cancel()
      try await write
      let first = try? await task.value
      let byte = if let first { first } else { try await reader.read(upTo: 1) }
      #expect(byte == [UInt8(round & 255)])
    }
  }

  @Test func closingUnderAWaitEndsIt() async throws {
    let (reader, writer) = try pipe()
    let task = Task { try await reader.read() }
    await Task.yield()
    reader.close()
    await #expect(throws: SystemError.self) { try await task.value }
    await #expect(throws: SystemError.self) { try await writer.write([1]) }
  }

  @Test func endWhenEmptyGivesWhatIsThereAndThenTheEnd() async throws {
    let (reader, writer) = try pipe()
    try await writer.write([5])
    let task = Task { try await reader.readAll(limit: 10).bytes }
    reader.endWhenEmpty()
    #expect(try await task.value == [5])
  }

  @Test func twoThousandWaitsAtOnce() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let (reader, writer) = try self.pipe()
          for round in 0..<10 {
            async let read = reader.read()
            try await writer.write([UInt8(number), UInt8(round)])
            #expect(try await read == [UInt8(number), UInt8(round)])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func pipe() throws -> (PipeReader, PipeWriter) {
    let ends = try Descriptor.pipe()
    return (PipeReader(Descriptor(ends.read)), PipeWriter(Descriptor(ends.write)))
  }
}
