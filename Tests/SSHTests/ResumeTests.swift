import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// Copies that go on where they broke off.
@Suite(.timeLimit(.minutes(3))) struct ResumeTests {
  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aFileGoesOnFromTheByteThatItHadReached(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell(
        "cd \(server.directory) && head -c 80000000 /dev/urandom >big && chmod 640 big && touch -d @1234567890 big"
      )
      let request = server.copy(direction, "big", to: "d/")
      try await breakOff(request, server, ssh)
      #expect(try await shell("ls \(server.directory)/d") == "")

      let messages = Locked<[String]>([])
      let progress = Progress { update in messages.withLock { $0.append(update.message) } }
      #expect(try await ssh.copy(server.target(), request, progress: progress).bytes == 80_000_000)
      #expect(messages.withLock { $0.contains { $0.hasSuffix("are there already") } })
      #expect(
        try await shell("cd \(server.directory) && cmp big d/big && stat -c '%a %Y' d/big && ls -A d")
          == "640 1234567890\nbig\n"
      )
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aFolderIsSentAgainOnlyAsFarAsItIsMissing(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        cd \(base) && mkdir -p src/deep src/empty && for i in 1 2 3 4 5 6; do head -c 9000000 /dev/urandom >src/deep/$i; done
        echo x >"src/it's \\ odd*" && ln -s deep/1 src/link && chmod 700 src/empty
        """
      )
      let request = server.copy(direction, "src", to: "dst")
      try await breakOff(request, server, ssh)
      // What was there in part must not be believed blindly.
      try await shell(
        "cd \(base) && for f in .runpod-rpc-*/copy/deep/*; do [ $(stat -c %s $f) = 9000000 ] || echo >>$f; done"
      )
      // What is whole may have got other permissions since.
      try await shell("cd \(base) && cp -p src/deep/1 .runpod-rpc-*/copy/deep/ && chmod 600 src/deep/1")
      let messages = Locked<[String]>([])
      let progress = Progress { update in messages.withLock { $0.append(update.message) } }
      #expect(try await ssh.copy(server.target(), request, progress: progress).files == 8)
      #expect(messages.withLock { $0.contains { $0.hasSuffix("are there already") } })
      #expect(
        try await shell("cd \(base) && diff -r src dst && readlink dst/link && stat -c %a dst/empty dst/deep/1")
          == "deep/1\n700\n600\n"
      )
      #expect(try await shell("ls -A \(base) | grep -c runpod-rpc || :") == "0\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func whatIsThereIsNotSentAgain(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell(
        """
        cd \(server.directory) && mkdir -p src/deep && ln -s deep src/link
        for f in same deep/same grown touched hardened; do echo one >src/$f; touch -d @1234567890 src/$f; done
        """
      )
      var request = server.copy(direction, "src", to: "dst/")
      #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 6, bytes: 20))
      // What is like the source by size and time is what shows that it was not sent.
      try await shell(
        """
        cd \(server.directory) && echo more >>src/grown && touch src/touched && chmod 600 src/hardened && echo new >src/new
        cd dst/src && for f in same deep/same touched hardened; do echo two >$f; touch -d @1234567890 $f; done
        """
      )
      #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 7, bytes: 29))
      #expect(
        try await shell("cd \(server.directory)/dst/src && cat same deep/same grown touched hardened new && ls -A")
          == "two\ntwo\none\nmore\none\none\nnew\ndeep\ngrown\nhardened\nlink\nnew\nsame\ntouched\n"
      )

      let file = server.copy(direction, "src/same", to: "dst/src/")
      #expect(try await ssh.copy(server.target(), file) == CopyResult(files: 1, bytes: 4))
      #expect(try await shell("cat \(server.directory)/dst/src/same") == "two\n")
      request.resumes = false
      _ = try await ssh.copy(server.target(), request)
      #expect(try await shell("cat \(server.directory)/dst/src/same") == "one\n")
      try await shell("cd \(server.directory)/dst/src && rm same && ln -s new same")
      #expect(try await ssh.copy(server.target(), file).replacedLinks == ["same"])
      #expect(try await shell("cd \(server.directory)/dst/src && cat same new && ls -A ..") == "one\nnew\nsrc\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func nothingIsTouchedWhereAllIsThere(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      // The protocol itself has no way to set a link's time, by which it is known.
      let link = files.datesLinks ? "ln -s f src/link" : ":"
      try await shell(
        "cd \(server.directory) && mkdir -p src/deep/empty && echo 1 >src/deep/f && chmod 700 src/deep; \(link)"
      )
      let request = server.copy(direction, "src", to: "dst/")
      let first = try await ssh.copy(server.target(), request)
      let changes = "cd \(server.directory)/dst && find . -exec stat -c '%z %n' {} +"
      let before = try await shell(changes)
      #expect(try await ssh.copy(server.target(), request) == first)
      #expect(try await shell(changes) == before)

      for (change, proof, expected) in [
        ("chmod 755 src/deep", "stat -c %a dst/src/deep", "755\n"),
        ("touch -d @1234567890 src/deep/empty", "stat -c %Y dst/src/deep/empty", "1234567890\n"),
        ("rmdir dst/src/deep/empty", "ls dst/src/deep", "empty\nf\n"),
        ("rm -f src/link; ln -s deep src/link", "readlink dst/src/link", "deep\n"),
      ] {
        try await shell("cd \(server.directory) && \(change)")
        _ = try await ssh.copy(server.target(), request)
        #expect(try await shell("cd \(server.directory) && \(proof)") == expected)
      }
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func ofALargeFileOnlyTheBlocksThatChangedAreSent(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let start = "cd \(server.directory) && b=\"s/it's/big\""
      try await shell("\(start) && mkdir -p \"s/it's\" && head -c 50000000 /dev/urandom >\"$b\"")
      let request = server.copy(direction, "s", to: "dst/")
      _ = try await ssh.copy(server.target(), request)
      for (change, there) in [
        ("printf x | dd of=\"$b\" bs=1 seek=30000000 conv=notrunc && chmod 640 \"$b\"", "45.8 MB of 50.0 MB"),
        ("head -c 5000000 /dev/urandom >>\"$b\"", "46.1 MB of 55.0 MB"),
        ("truncate -s 20000001 \"$b\"", "16.8 MB of 20.0 MB"),
        ("touch -d @1234567890 \"$b\"", "20.0 MB of 20.0 MB"),
        ("head -c 20000001 /dev/urandom >\"$b\"", ""),
      ] {
        try await shell("\(start) && \(change)")
        let messages = Locked<[String]>([])
        let progress = Progress { update in messages.withLock { $0.append(update.message) } }
        _ = try await ssh.copy(server.target(), request, progress: progress)
        let told = messages.withLock { $0.filter { $0.hasSuffix(" are there already") } }
        #expect(told == (there.isEmpty ? [] : ["\(there) are there already"]))
        #expect(try await shell("\(start) && diff -r s dst/s && ls -A dst dst/s/*") == "dst:\ns\n\ndst/s/it's:\nbig\n")
        #expect(try await shell("\(start) && stat -c '%a %Y' \"$b\" \"dst/$b\" | uniq | wc -l") == "1\n")
      }
    }
  }

  @Test func aTarThatCannotSendSomeOfAFolderSendsAll() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await shell(
        """
        cd \(server.directory) && mkdir -p bin src/deep && echo 1 >src/deep/f && echo 2 >src/g
        printf '#!/bin/sh\\ncase "$*" in --version|*-T*) exit 1; esac; exec /bin/tar "$@"\\n' >bin/tar && chmod +x bin/tar
        echo 'PATH=\(server.directory)/bin:$PATH' >home/.bashrc
        """
      )
      let request = server.copy(.download, "src", to: "dst/")
      _ = try await ssh.copy(server.target(), request)
      try await shell("cd \(server.directory) && echo more >>src/g")
      #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 2, bytes: 9))
      #expect(try await shell("cd \(server.directory) && diff -r src dst/src && ls -A dst") == "src\n")
    }
  }

  @Test func whatBrokeOffIsNotLeftOverWhatIsWhole() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await shell("cd \(server.directory) && mkdir src && head -c 50000000 /dev/urandom >src/big")
      let request = server.copy(.upload, "src", to: "dst/")
      try await breakOff(request, server, ssh)
      try await shell("cd \(server.directory) && cp -a src dst")
      #expect(try await ssh.copy(server.target(), request).bytes == 50_000_000)
      #expect(try await shell("cd \(server.directory) && diff -r src dst/src && ls -A dst") == "src\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aLostConnectionIsMadeAgain(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell("head -c 80000000 /dev/urandom >\(server.directory)/big")
      let hasKilled = Locked(false)
      let progress = Progress { update in
        guard (update.fraction ?? 0) > 0.2 else { return }
        let isFirst = hasKilled.withLock { hasKilled in
          defer { hasKilled = true }
          return !hasKilled
        }
        if isFirst { server.cutConnections() }
      }
      let request = server.copy(direction, "big", to: "copy")
      #expect(try await ssh.copy(server.target(), request, progress: progress).bytes == 80_000_000)
      #expect(hasKilled.withLock { $0 })
      #expect(try await shell("cd \(server.directory) && cmp big copy && ls -A | grep -c '^[.]runpod' || :") == "0\n")
    }
  }

  @Test func whatSomebodyElseHasPutThereIsNotFilled() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let request = server.copy(.upload, "src", to: "dst")
      try await shell("cd \(server.directory) && mkdir src && head -c 50000000 /dev/urandom >src/big && mkdir outside")
      try await breakOff(request, server, ssh)
      try await shell("cd \(server.directory) && d=$(ls -d .runpod-rpc-*) && rm -r $d && ln -s outside $d")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.message.contains("is not ours") == true)
      #expect(try await shell("ls -A \(server.directory)/outside") == "")
    }
  }

  /// Begins a copy and cancels it in the middle.
  private func breakOff(_ request: CopyRequest, _ server: TestServer, _ ssh: SSHConnections) async throws {
    let isUnderWay = Eventual<Void>()
    let progress = Progress { update in if (update.fraction ?? 0) > 0.3 { isUnderWay.resolve(()) } }
    let task = Task { try await ssh.copy(server.target(), request, progress: progress) }
    try await isUnderWay.wait()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
