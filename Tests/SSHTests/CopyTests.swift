import Concurrency
import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct CopyTests {
  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aFileArrivesWithContentModeAndTime(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let source = "\(server.directory)/it's a file"
      let content = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      try Data(content).write(to: URL(filePath: source))
      chmod(source, 0o640)
      try await shell("touch -d @1234567890 \(shellQuoted(source))")
      let destination = "\(server.directory)/new/folder/-x y"
      let result = try await ssh.copy(
        server.target(),
        CopyRequest(direction: direction, source: source, destination: destination)
      )
      #expect(result == CopyResult(files: 1, bytes: 500_000))
      #expect(try Data(contentsOf: URL(filePath: destination)) == Data(content))
      #expect(try await shell("stat -c '%a %Y' \(shellQuoted(destination))") == "640 1234567890\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aFolderGoesIntoAFolderAndMergesTheSecondTime(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir -p src/sub/empty dst && echo 1 >src/a && echo 2 >src/sub/b && ln -s a src/l")
      let request = CopyRequest(direction: direction, source: "\(base)/src/", destination: "\(base)/dst")
      #expect(try await ssh.copy(server.target(), request).files == 3)
      try await shell("cd \(base) && echo own >dst/src/own && echo 3 >src/a && rm src/sub/b")
      _ = try await ssh.copy(server.target(), request)
      let text = try await shell("cd \(base)/dst && cat src/a src/sub/b src/own src/l && find . | sort | tr '\\n' ' '")
      #expect(text == "3\n2\nown\n3\n. ./src ./src/a ./src/l ./src/own ./src/sub ./src/sub/b ./src/sub/empty ")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aDestinationWithASlashBecomesAFolder(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell("echo 1 >\(server.directory)/f")
      let request = CopyRequest(
        direction: direction,
        source: "\(server.directory)/f",
        destination: "\(server.directory)/d/"
      )
      _ = try await ssh.copy(server.target(), request)
      #expect(try await shell("cat \(server.directory)/d/f") == "1\n")
    }
  }

  @Test func theHomeDirectoryOfThePodIsMeantByATilde() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await shell("echo 1 >\(server.directory)/f")
      let up = CopyRequest(direction: .upload, source: "\(server.directory)/f", destination: "~/g")
      _ = try await ssh.copy(server.target(), up)
      #expect(try await shell("cat \(server.directory)/home/g") == "1\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aMissingSourceIsNotFound(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let request = CopyRequest(direction: direction, source: "/no/such/file", destination: "\(server.directory)/x")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func whatCannotBeWrittenIsToldAndLeavesNothing(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir -p d/f/x && echo 1 >f")
      let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/d")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.message.contains("f is a folder") == true)
      #expect(try await shell("ls -A \(base)/d") == "f\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func cancelledItLeavesNothing(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir d && head -c 300000000 /dev/zero >big")
      let request = CopyRequest(direction: direction, source: "\(base)/big", destination: "\(base)/d")
      let fractions = Locked<[Double]>([])
      let task = Task {
        try await ssh.copy(
          server.target(),
          request,
          progress: Progress { update in fractions.withLock { $0 += [update.fraction].compactMap(\.self) } }
        )
      }
      // The folder beside the destination is there once the first bytes have come.
      while try await shell("ls -A \(base)/d/.runpod-rpc-* 2>/dev/null || :").isEmpty {
        try await Task.sleep(for: .milliseconds(20))
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await shell("ls -A \(base)/d") == "")
    }
  }

  @Test func aPodCannotWriteOutsideOfTheCopy() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      // A tar of the pod's own that sends a link out, a file through it, and one with a way up in its name.
      try await shell(
        """
        mkdir -p \(base)/bin \(base)/evil/x \(base)/outside \(base)/dst && cd \(base)/evil
        ln -s \(base)/outside x/link && tar -cf ../t.tar x/link && rm x/link
        mkdir x/link && echo bad >x/link/through && tar -rf ../t.tar x/link/through
        echo bad >up && tar -rPf ../t.tar --transform 's,^up$,../../outside/up,' up
        printf '#!/bin/sh\\nexec cat \(base)/t.tar\\n' >../bin/tar && chmod +x ../bin/tar && echo x >../x
        """
      )
      try await shell("echo 'PATH=\(base)/bin:$PATH' >\(base)/home/.bashrc")
      let request = CopyRequest(direction: .download, source: "\(base)/x", destination: "\(base)/dst")
      _ = try? await ssh.copy(server.target(), request)
      #expect(try await shell("ls -A \(base)/outside") == "")
    }
  }

  @Test(
    arguments: [
      [("d:755", "."), ("l:777", "./link"), ("f:644", "./link/through")],
      [("d:755", "."), ("f:644", "./../outside/up")],
      [("d:755", "."), ("f:644", "./link/../../outside/up")], [("d:755", "."), ("f:644", "/outside/up")],
      [("d:755", "."), ("d:755", "./../outside/folder")],
      [("d:755", "."), ("d:755", ".."), ("f:644", "../outside/up")],
    ],
    PodFiles.allCases
  )
  func aPodCannotNameWhatIsOutsideOfTheCopy(list: [(String, String)], files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        mkdir -p \(base)/home/poor \(base)/pod/x/link \(base)/pod/outside \(base)/outside \(base)/dst && cd \(base)
        echo bad | tee pod/x/link/through >pod/outside/up; echo 'PATH=\(base)/home/poor:$PATH' >home/.bashrc
        \(files == .stream ? "" : "for p in stat tar; do ln -s /usr/bin/busybox home/poor/$p; done")
        printf '#!/bin/sh\\n[ "$2" = -maxdepth ] || cat \(base)/list\\n' >home/poor/find && chmod +x home/poor/find
        """
      )
      let lines = list.map { "\($0.0) 4 1.0 8 1 1:1 \($0.1)//\n" }
      try Data(lines.joined().utf8).write(to: URL(filePath: "\(base)/list"))
      let request = CopyRequest(direction: .download, source: "\(base)/pod/x", destination: "\(base)/dst")
      _ = try? await ssh.copy(server.target(), request)
      #expect(try await shell("cd \(base) && ls -A outside && ls -A | grep -v '^dst$' | grep -c runpod || :") == "0\n")
    }
  }

  @Test(arguments: PodFiles.allCases) func aSizeThatAPodMakesUpIsNotWaitedFor(files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        mkdir -p \(base)/home/poor \(base)/pod && cd \(base) && for f in 1 2 3; do echo x >pod/$f; done
        echo 'PATH=\(base)/home/poor:$PATH' >home/.bashrc
        \(files == .stream ? "" : "for p in stat tar; do ln -s /usr/bin/busybox home/poor/$p; done")
        printf '#!/bin/sh\\n[ "$2" = -maxdepth ] || cat \(base)/list\\n' >home/poor/find && chmod +x home/poor/find
        """
      )
      let lines = (1...3).map { "f:644 \(1 << 56) 1.0 \(1 << 56) 1 1:\($0) ./\($0)//\n" }
      try Data((["d:755 4 1.0 8 1 1:9 .//\n"] + lines).joined().utf8).write(to: URL(filePath: "\(base)/list"))
      let request = CopyRequest(direction: .download, source: "\(base)/pod", destination: "\(base)/dst")
      let result = try await ssh.copy(server.target(), request)
      #expect(result.changed == ["1", "2", "3"])
      #expect(result.files == 0 && result.bytes == 0)
      #expect(try await shell("cd \(base)/dst && cat 1 2 3") == "x\nx\nx\n")
    }
  }

  @Test func aPodCannotNameItsFolderAfterOneOfOurs() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        mkdir -p \(base)/bin \(base)/dst \(base)/on/pod && cd \(base) && echo ours >kept && echo x >on/pod/x
        echo 'PATH=\(base)/bin:$PATH' >home/.bashrc
        printf '#!/bin/sh\\nprintf %%s ../../kept\\n' >bin/readlink && chmod +x bin/readlink
        """
      )
      let request = CopyRequest(direction: .download, source: "\(base)/on/pod/x", destination: "\(base)/dst")
      await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(try await shell("cd \(base) && cat kept && ls -A dst") == "ours\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, [PodFiles.stream, .plainSFTP])
  func aPodWithoutTarNeedsAServerOfFiles(direction: CopyRequest.Direction, files: PodFiles) async throws {
    let poor = "ForceCommand PATH=$HOME/bin; export PATH; eval \"$SSH_ORIGINAL_COMMAND\""
    let options = files == .stream ? [] : ["Subsystem sftp /usr/lib/openssh/sftp-server"]
    try await TestServer.with(options: options + [poor]) { (server, ssh) async throws in
      try await shell(
        """
        cd \(server.directory) && echo 1 >f && mkdir home/bin
        for program in cat chmod env find head kill mkdir mv readlink rm sh sleep stat touch; do
          ln -s "$(command -v $program)" home/bin
        done
        """
      )
      let request = CopyRequest(
        direction: direction,
        source: "\(server.directory)/f",
        destination: "\(server.directory)/d/"
      )
      if files != .stream {
        #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 1, bytes: 2))
        #expect(try await shell("cd \(server.directory)/d && ls -A && cat f") == "f\n1\n")
        return
      }
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.kind == .environmentIncomplete)
      #expect(failure?.message.contains("tar") == true)
      #expect(failure?.hint?.contains("program tar") == true)
      #expect(try await shell("ls -A \(server.directory)/d") == "")
    }
  }

  @Test(arguments: PodFiles.allCases) func whatAPodMakesHereHasNoPowersOfItsOwn(files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir src dst && echo 1 >src/f && chmod 6755 src/f")
      let request = CopyRequest(direction: .download, source: "\(base)/src", destination: "\(base)/dst")
      _ = try await ssh.copy(server.target(), request)
      #expect(try await shell("stat -c %a \(base)/dst/src/f") == "755\n")

    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func wordsOfTheLoginShellLeaveTheStream(direction: CopyRequest.Direction) async throws {
    try await TestServer.with(options: PodFiles.plainSFTP.options) { (server, ssh) async throws in
      try await shell("cd \(server.directory) && echo 1 >f && echo 'echo Welcome to this pod' >home/.bashrc")
      let request = CopyRequest(
        direction: direction,
        source: "\(server.directory)/f",
        destination: "\(server.directory)/g"
      )
      #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 1, bytes: 2))
      #expect(try await shell("cat \(server.directory)/g") == "1\n")
    }
  }

  @Test(arguments: [
    (CopyRequest.Direction.upload, "dd bs=4000 count=500 | /usr/lib/openssh/sftp-server"),
    (.download, "/usr/lib/openssh/sftp-server | dd bs=4000 count=500"),
    (.download, "/usr/lib/openssh/sftp-server | (dd bs=4000 count=500; yes)"),
  ])
  func aServerOfFilesThatBreaksOffLeavesNothing(direction: CopyRequest.Direction, server command: String) async throws {
    try await TestServer.with(options: ["Subsystem sftp sh $HOME/sftp", PodFiles.poor]) { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkdir d && head -c 8000000 /dev/urandom >f && echo '\(command)' >home/sftp")
      let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/d")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.kind == .networkFailure)
      #expect(try await shell("ls -A \(base)/d") == "")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func oneSessionAtATimeIsEnough(direction: CopyRequest.Direction) async throws {
    try await TestServer.with(options: PodFiles.sftp.options + ["MaxSessions 1"]) { (server, ssh) async throws in
      try await shell("cd \(server.directory) && mkdir src && echo 1 >src/f && echo 2 >src/g")
      _ = try await ssh.copy(server.target(), server.copy(direction, "src", to: "dst"))
      #expect(try await shell("cd \(server.directory)/dst && cat f g") == "1\n2\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func manyFilesOfAllKindsArrive(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      // The protocol itself has no way to set a link's time.
      let kinds = files.datesLinks ? "" : "! -type l"
      let list = "find . \(kinds) -printf '%y %m %T@ %l %p\\n' | sort"
      let expected = try await shell(
        """
        mkdir \(server.directory)/src && cd \(server.directory)/src && mkdir -p a/b/c closed
        for i in $(seq 1 700); do echo $i >a/b/$i; done
        : >empty; head -c 300000 /dev/urandom >a/large; head -c 32768 /dev/zero >a/block; echo x >"a/ b'*"
        ln -s ../nowhere a/broken; ln -s a/b folder; echo x >closed/f
        chmod 400 a/b/1; chmod 755 a/large; chmod 555 closed; chmod 1777 a/b/c
        find . -depth -exec touch -h -d @1234567890 {} + && \(list)
        """
      )
      let request = CopyRequest(
        direction: direction,
        source: "\(server.directory)/src",
        destination: "\(server.directory)/dst"
      )
      #expect(try await ssh.copy(server.target(), request).files == 707)
      #expect(try await shell("cd \(server.directory)/dst && \(list)") == expected)
      #expect(try await shell("cd \(server.directory) && diff -r --no-dereference src dst") == "")
    }
  }

  /// Were each file to wait until 50 other tasks have had their turns, there would be thousands of these.
  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func manyFilesDoNotWaitForOthersTurns(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell("mkdir \(server.directory)/src && cd \(server.directory)/src && touch $(seq 3000)")
      let turns = Locked(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            while !Task.isCancelled {
              let end = ContinuousClock.now + .milliseconds(1)
              while ContinuousClock.now < end {}
              turns.withLock { $0 += 1 }
              await Task.yield()
            }
          }
        }
        _ = try await ssh.copy(server.target(), server.copy(direction, "src", to: "dst"))
        group.cancelAll()
      }
      #expect(turns.withLock { $0 / 50 } < 600)
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func namesAndFilesThatAreHardToTellArrive(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      try await shell(
        """
        mkdir \(server.directory)/src && cd \(server.directory)/src && bytes=$(printf 'b\\377d') && echo 1 >"$bytes"
        printf 2 >'line
        break' && ln -s "$bytes" link
        """
      )
      let request = CopyRequest(
        direction: direction,
        source: "\(server.directory)/src",
        destination: "\(server.directory)/dst"
      )
      _ = try await ssh.copy(server.target(), request)
      #expect(try await shell("cd \(server.directory) && diff -r src dst && cat dst/link") == "1\n")
    }
  }

  @Test func tellsItsRate() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      // A tar of the pod's own that pauses in the middle: long enough for a rate to be more than a guess.
      try await shell(
        """
        cd \(base) && head -c 8000000 /dev/urandom >f && mkdir bin && echo 'PATH=\(base)/bin:$PATH' >home/.bashrc
        printf '#!/bin/sh\n/usr/bin/env -i /bin/tar "$@" | (head -c 3000000; sleep 1; cat)\n' >bin/tar && chmod +x bin/tar
        """
      )
      let messages = Locked<[String]>([])
      _ = try await ssh.copy(
        server.target(),
        CopyRequest(direction: .download, source: "\(base)/f", destination: "\(base)/g"),
        progress: Progress { update in messages.withLock { $0.append(update.message) } }
      )
      #expect(messages.withLock { $0.contains { $0.contains(" of 8.0 MB, ") && $0.hasSuffix("B/s") } })
    }
  }

  @Test func tellsHowFarItIs() async throws {
    try await TestServer.with { (server, ssh) async throws in
      try await shell("head -c 5000000 /dev/urandom >\(server.directory)/f")
      for direction in CopyRequest.Direction.allForTests {
        let updates = Locked<[Progress.Update]>([])
        _ = try await ssh.copy(
          server.target(),
          CopyRequest(direction: direction, source: "\(server.directory)/f", destination: "\(server.directory)/g"),
          progress: Progress { update in updates.withLock { $0.append(update) } }
        )
        let fractions = updates.withLock { $0.compactMap(\.fraction) }
        #expect(fractions.count > 5)
        #expect(fractions == fractions.sorted())
        #expect(updates.withLock { $0.last?.message.contains("MB of 5.0 MB") } == true)
      }
    }
  }
}

/// Runs a script here, and returns what it prints.
@discardableResult
func shell(_ script: String) async throws -> String {
  let result = try await ChildProcess.run(ChildCommand("sh", ["-c", script]))
  try #require(result.exit.isSuccess, "\(script): \(result.errorText)")
  return result.outputText
}

extension TestServer {
  /// A copy within this server's directory that may be broken off.
  func copy(_ direction: CopyRequest.Direction, _ source: String, to destination: String) -> CopyRequest {
    CopyRequest(
      direction: direction,
      source: "\(directory)/\(source)",
      destination: "\(directory)/\(destination)",
      resumes: true
    )
  }
}

/// How a pod's files are reached.
enum PodFiles: String, Sendable, CaseIterable {
  /// By GNU's tar.
  case stream
  /// By the SSH server itself: there is no tar but busybox's.
  case sftp
  /// By a program that speaks the protocol and no more.
  case plainSFTP
  /// By busybox's tar: there is nothing else.
  case busybox

  /// Lines for OpenSSH's configuration.
  var options: [String] {
    return switch self {
    case .stream: []
    case .sftp: ["Subsystem sftp internal-sftp", Self.poor]
    case .plainSFTP: ["Subsystem sftp \(Self.server) -P limits,lsetstat,hardlink", Self.poor]
    case .busybox: [Self.poor]
    }
  }

  /// Whether times are kept to the nanosecond, and holes whoever sends them.
  var isGNU: Bool { self == .stream }
  /// Whether a link has a time of its own.
  var datesLinks: Bool { self != .plainSFTP }
  /// Whether files with several names keep them on the way to the pod.
  var keepsNames: Bool { self != .plainSFTP }

  private static let server = "/usr/lib/openssh/sftp-server"

  /// Has commands find busybox's programs first.
  static let poor = """
    ForceCommand case $SSH_ORIGINAL_COMMAND in internal-sftp) exec \(server) ;; esac; \
    if [ ! -d ~/poor ]; then mkdir ~/poor; for p in find stat tar; do ln -s /usr/bin/busybox ~/poor/$p; done; fi; \
    PATH=$HOME/poor:$PATH; export PATH; eval "$SSH_ORIGINAL_COMMAND"
    """
}

extension CopyRequest.Direction {
  static let allForTests: [CopyRequest.Direction] = [.upload, .download]
}
