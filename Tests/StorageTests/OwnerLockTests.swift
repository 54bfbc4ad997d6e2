import FoundationEssentials
import Testing

@testable import Storage

@Suite struct OwnerLockTests {
  @Test func isHeldUntilItsOwnerGoes() async throws {
    try await withTemporaryDirectory { directory in
      let owners = "\(directory)/owners"
      var lock: OwnerLock? = try OwnerLock(directory: owners)
      let id = try #require(lock?.id)
      #expect(OwnerLock.isHeld(id, in: owners))
      #expect(!OwnerLock.isHeld("nobody", in: owners))
      lock = nil
      #expect(!OwnerLock.isHeld(id, in: owners))
      #expect(try FileManager.default.contentsOfDirectory(atPath: owners).isEmpty)
    }
  }

  @Test func theFilesOfTheDeadAreRemovedAndThoseOfTheLivingKept() async throws {
    try await withTemporaryDirectory { directory in
      let living = try OwnerLock(directory: directory)
      #expect(FileManager.default.createFile(atPath: "\(directory)/dead.lock", contents: nil))
      let second = try OwnerLock(directory: directory)
      let files = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(Set(files) == ["\(living.id).lock", "\(second.id).lock"])
      #expect(OwnerLock.isHeld(living.id, in: directory))
    }
  }

  /// Another process holds the lock, and is killed: the kernel gives it back.
  @Test func isReleasedByDeath() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/other.lock"
      let process = try OtherProcess(
        "/usr/bin/flock",
        ["--exclusive", "--no-fork", path, "sh", "-c", "echo held; exec sleep 600"]
      )
      #expect(process.readLine() == "held")
      #expect(OwnerLock.isHeld("other", in: directory))
      process.killGroup()
      #expect(!OwnerLock.isHeld("other", in: directory))
    }
  }
}
