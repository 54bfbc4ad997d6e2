import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// A source that does not keep still, or cannot be read.
@Suite(.timeLimit(.minutes(5))) struct CopyChangeTests {
  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func whatChangesOnTheWayIsToldAndTheRestGoesOn(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        cd \(base) && mkdir -p src/sub && head -c 90000000 /dev/urandom >src/shrinks && cp src/shrinks kept
        for f in grows replaced gone link fifo whole sub/whole; do echo $f >src/$f; done; mkdir src/gone-folder && echo 1 >src/gone-folder/f
        rm src/link && ln -s whole src/link && echo other >other
        """
      )
      let once = Locked(false)
      let progress = Progress { _ in
        let isFirst = once.withLock { once in
          defer { once = true }
          return !once
        }
        guard isFirst else { return }
        truncate("\(base)/src/shrinks", 70_000_000)
        rename("\(base)/other", "\(base)/src/replaced")
        for name in ["gone", "link", "fifo", "gone-folder/f"] { unlink("\(base)/src/\(name)") }
        rmdir("\(base)/src/gone-folder")
        mkfifo("\(base)/src/fifo", 0o644)
        symlink("elsewhere", "\(base)/src/link")
        try? FileHandleForTests.append("more\n", to: "\(base)/src/grows")
      }
      let request = server.copy(direction, "src", to: "dst/")
      let result = try await ssh.copy(server.target(), request, progress: progress)
      #expect(result.changed == ["fifo", "grows", "link", "replaced", "shrinks"])
      #expect(result.missing == ["gone", "gone-folder/f"])
      #expect(result.unreadable == nil)
      #expect(result.files == 2)
      #expect(try await shell("cd \(base)/dst/src && cat whole sub/whole") == "whole\nsub/whole\n")
      // What came is the file's as far as it goes, and nothing that makes up for the rest.
      let size = try #require(Int(try await shell("stat -c %s \(base)/dst/src/shrinks").split(separator: "\n")[0]))
      #expect(size <= 70_000_000)
      try await shell("head -c \(size) \(base)/kept | cmp - \(base)/dst/src/shrinks")

      // It is not taken for whole: the same copy again has it all.
      try await shell("rm \(base)/src/fifo && echo fifo >\(base)/src/fifo")
      #expect(try await ssh.copy(server.target(), request).changed == nil)
      #expect(
        try await shell(
          "cd \(base) && for f in shrinks grows replaced link fifo; do diff --no-dereference src/$f dst/src/$f; done"
        ) == ""
      )
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aSingleFileThatIsCutShortIsNotCalledWhole(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("head -c 90000000 /dev/urandom >\(base)/f")
      let progress = Progress { _ in truncate("\(base)/f", 60_000_000) }
      let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/g")
      let result = try await ssh.copy(server.target(), request, progress: progress)
      #expect(result.changed == ["f"])
      #expect(result.files == 0 && result.bytes == 0)
      #expect(try await shell("cd \(base) && head -c $(stat -c %s g) f | cmp - g") == "")
      _ = try await ssh.copy(server.target(), server.copy(direction, "f", to: "g"))
      #expect(try await shell("cmp \(base)/f \(base)/g") == "")
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: [true, false])
  func whatCannotBeReadIsToldAndTheRestGoesOn(hasGNU: Bool) async throws {
    let other = """
      ForceCommand PATH=$HOME/poor:$PATH; export PATH; \
      exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$SSH_ORIGINAL_COMMAND"
      """
    let options = hasGNU ? [other] : [other, "Subsystem sftp /usr/lib/openssh/sftp-server"]
    try await TestServer.with(options: options) { (server, ssh) async throws in
      let base = server.directory
      let poor = "mkdir home/poor && for p in find stat tar; do ln -s /usr/bin/busybox home/poor/$p; done"
      try await shell(
        """
        cd \(base) && chmod 755 . home && \(hasGNU ? ":" : poor)
        mkdir -p src/closed src/open && for f in closed/f open/f secret g; do echo $f >src/$f; done && chmod 700 src/closed && chmod 600 src/secret
        """
      )
      let request = CopyRequest(direction: .download, source: "\(base)/src", destination: "\(base)/dst")
      let result = try await ssh.copy(server.target(), request)
      #expect(result.unreadable == ["closed", "secret"])
      #expect(result.files == 2)
      #expect(try await shell("cd \(base)/dst && find . -type f | sort | xargs cat") == "g\nopen/f\n")
      for (path, word) in [("src/secret", "src/secret cannot be read"), ("src/closed", "src/closed cannot be read")] {
        let one = CopyRequest(direction: .download, source: "\(base)/\(path)", destination: "\(base)/one/")
        let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), one) }
        #expect(failure?.kind == .environmentIncomplete)
        #expect(failure?.message.contains(word) == true)
      }
      #expect(try await shell("ls -A \(base)/one") == "")
    }
  }
}

/// What the test does to a file while it is copied.
private enum FileHandleForTests {
  static func append(_ text: String, to path: String) throws {
    let file = open(path, O_WRONLY | O_APPEND)
    defer { close(file) }
    let count = Array(text.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    if count != text.utf8.count { throw SystemError("write") }
  }
}
