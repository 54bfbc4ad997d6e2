import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// What is at the destination already, and is neither a file nor a folder.
@Suite(.timeLimit(.minutes(3))) struct CopyPlaceTests {
  /// Kinds of what is never replaced, by what makes one at a path.
  static let specials = ["mkfifo", "mknod_null", "make_socket"]

  /// A device needs a right that not everyone has; a socket needs a program.
  private static let makers = """
    mknod_null() { mknod "$1" c 1 3; }
    make_socket() { python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$1"; }
    """

  @Test(arguments: CopyRequest.Direction.allForTests, specials)
  func whatIsNoFileIsNeverReplaced(direction: CopyRequest.Direction, maker: String) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      guard (try? await shell("\(Self.makers)\n\(maker) \(base)/try")) != nil else { return }
      let start = "cd \(base)\n\(Self.makers)\n"
      try await shell(
        "\(start)mkdir -p src/sub dst/src/sub; echo 1 >src/sub/f; echo 2 >src/g; \(maker) dst/src/sub/f; \(maker) p"
      )
      for (source, destination, word) in [("src", "p", "p is a device"), ("src", "dst/", "sub/f is a device")] {
        for resumes in [false, true] {
          let request = CopyRequest(
            direction: direction,
            source: "\(base)/\(source)",
            destination: "\(base)/\(destination)",
            resumes: resumes
          )
          let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
          #expect(failure?.message.contains(word) == true)
          #expect(failure?.message.contains("Nothing was changed") == true)
        }
      }
      let text = try await shell(
        "cd \(base); stat -c %F p dst/src/sub/f; ls dst/src; find dst -name .runpod-rpc-* | wc -l"
      )
      let kinds = Set(text.split(separator: "\n").prefix(2))
      #expect(kinds.count == 1 && kinds.isDisjoint(with: ["regular file", "regular empty file", "directory"]))
      #expect(text.hasSuffix("\nsub\n1\n"))
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, [false, true])
  func aFileIsWrittenIntoAFifoThatIsTheDestination(direction: CopyRequest.Direction, resumes: Bool) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell("cd \(base) && mkfifo p && ln -s p link && head -c 3000000 /dev/urandom >f && : >empty")
      for (source, destination, size) in [("f", "p", 3_000_000), ("f", "link", 3_000_000), ("empty", "p", 0)] {
        try await shell("cd \(base) && (cat p >out </dev/null 2>/dev/null; touch read) >/dev/null 2>&1 &")
        let request = CopyRequest(
          direction: direction,
          source: "\(base)/\(source)",
          destination: "\(base)/\(destination)",
          resumes: resumes
        )
        #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 1, bytes: size))
        let look = "until [ -e read ]; do sleep 0.05; done; rm read; cmp \(source) out && stat -c %F p link && ls -A"
        let names = try await shell("cd \(base) && \(look) | grep -v -e key -e ssh -e home -e run -e state")
        #expect(names == "fifo\nsymbolic link\nempty\nf\nlink\nout\np\n")
      }
      // A reader that goes away is told, and so is that there is none.
      for (reader, words) in [("head -c 1 p", "ended|Broken pipe"), (":", "nothing reads from")] {
        try await shell("cd \(base) && head -c 30000000 /dev/zero >f; (\(reader)) >/dev/null 2>&1 </dev/null &")
        let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/p")
        let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
        #expect(failure?.kind == .environmentIncomplete)
        let isTold = words.split(separator: "|").contains { failure?.message.contains($0) == true }
        #expect(isTold, "\(failure?.message ?? "")")
        #expect(try await shell("cd \(base) && stat -c %F p && find . -name '.runpod*'") == "fifo\n")
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aFileIsWrittenIntoADeviceThatIsTheDestination(
    direction: CopyRequest.Direction,
    files: PodFiles
  ) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      // A container may not make devices.
      guard (try? await shell("cd \(base) && mknod null c 1 3 && mknod full c 1 7 && : >null")) != nil else { return }
      try await shell("head -c 300000 /dev/urandom >\(base)/f")
      for resumes in [false, true] {
        let into = { (name: String) in
          CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/\(name)", resumes: resumes)
        }
        #expect(try await ssh.copy(server.target(), into("null")) == CopyResult(files: 1, bytes: 300_000))
        let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), into("full")) }
        #expect(failure?.message.contains("No space left on device") == true)
      }
      let kinds = try await shell("cd \(base) && stat -c '%F %t %T' null full && find . -name '.runpod*'")
      #expect(kinds == "character special file 1 3\ncharacter special file 1 7\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func aSocketIsNeitherWrittenNorReplaced(direction: CopyRequest.Direction) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell("\(Self.makers)\necho 1 >\(base)/f; make_socket \(base)/s")
      let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/s")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.message.contains("socket") == true)
      #expect(failure?.message.contains("Nothing was changed") == true)
      #expect(try await shell("stat -c %F \(base)/s") == "socket\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func aLinkThatLeadsOutOfTheTargetGivesWay(direction: CopyRequest.Direction) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      let start = "cd \(base)"
      for target in ["\(base)/outside", "../../outside", "..", "nowhere", "loop"] {
        try await shell(
          """
          \(start); rm -rf src dst outside; mkdir -p src/ck/deep dst/src/own outside/deep; echo 1 >src/ck/f; echo 2 >src/ck/deep/g
          ln -s \(target) dst/src/ck; ln -s loop dst/src/loop; mkfifo outside/f; ln -s /nowhere outside/deep/g
          """
        )
        let result = try await ssh.copy(
          server.target(),
          CopyRequest(direction: direction, source: "\(base)/src", destination: "\(base)/dst")
        )
        #expect(result.files == 2)
        #expect(result.replacedLinks == ["ck"])
        let text = try await shell(
          "\(start) && find dst outside ! -type d -printf '%y %p %l\\n' | sort && ls dst && cat dst/src/ck/f"
        )
        #expect(
          text == """
            f dst/src/ck/deep/g\u{20}
            f dst/src/ck/f\u{20}
            l dst/src/loop loop
            l outside/deep/g /nowhere
            p outside/f\u{20}
            src
            1

            """
        )
      }
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func aLinkToAFolderWithinTheTargetIsFollowed(direction: CopyRequest.Direction) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        cd \(base); mkdir -p src/ck/deep dst/src/real; echo 1 >src/ck/f; echo 2 >src/ck/deep/g; chmod 750 src/ck
        touch -d @1234567890 src/ck; ln -s real dst/src/ck; echo old | tee dst/src/real/f >dst/src/real/own
        """
      )
      let result = try await ssh.copy(
        server.target(),
        CopyRequest(direction: direction, source: "\(base)/src", destination: "\(base)/dst")
      )
      #expect(result == CopyResult(files: 2, bytes: 4))
      let text = try await shell(
        "cd \(base)/dst && readlink src/ck && cat src/real/f src/real/own src/real/deep/g && ls -A . && stat -c '%a %Y' src/real"
      )
      #expect(text == "real\n1\nold\n2\nsrc\n750 1234567890\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func aLinkThatIsTheDestinationIsFollowed(direction: CopyRequest.Direction) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        cd \(base); mkdir -p a/deep folder; echo new >f; echo old >a/deep/old; ln -s deep/old a/link; ln -s \(base)/a/link chain
        ln -s deep/none a/dangling; ln -s folder to; ln -s loop loop
        """
      )
      for destination in ["chain", "a/dangling", "to"] {
        let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/\(destination)")
        #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 1, bytes: 4))
      }
      let text = try await shell(
        "cd \(base) && cat a/deep/old a/deep/none folder/f && readlink chain a/link a/dangling to"
      )
      #expect(text == "new\nnew\nnew\n\(base)/a/link\ndeep/old\ndeep/none\nfolder\n")
      let loop = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/loop")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), loop) }
      #expect(failure?.kind == .environmentIncomplete)
      let source = CopyRequest(direction: direction, source: "\(base)/loop", destination: "\(base)/new")
      await #expect(throws: Failure.self) { try await ssh.copy(server.target(), source) }
      #expect(try await shell("cd \(base) && readlink loop && ls new 2>/dev/null || :") == "loop\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests)
  func aFileNeverTakesTheWholePlaceOfAFolderNorTheOtherWayRound(direction: CopyRequest.Direction) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        "cd \(base); mkdir -p src/a src/b dst/src/c/x; echo 1 >src/a/f; echo 1 >src/c; echo 2 >dst/src/b; echo 3 >dst/src/d"
      )
      let request = CopyRequest(direction: direction, source: "\(base)/src", destination: "\(base)/dst")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
      #expect(failure?.message.contains("b is a file") == true || failure?.message.contains("c is a folder") == true)
      #expect(try await shell("cd \(base)/dst && find . -type f | sort && ls -A") == "./src/b\n./src/d\nsrc\n")
    }
  }

  @Test(arguments: ["", "a\u{0}b"]) func whatIsNoPathIsToldAsThat(path: String) async throws {
    try await TestServer.with { (server, ssh) async throws in
      for direction in CopyRequest.Direction.allForTests {
        for (source, destination) in [(path, "/tmp/x"), ("/etc/hosts", path)] {
          let request = CopyRequest(direction: direction, source: source, destination: destination)
          let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), request) }
          #expect(failure?.kind == .configurationInvalid)
        }
      }
    }
  }
}
