import FoundationEssentials
import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// Folders with all that a file system can hold, there and back.
@Suite(.timeLimit(.minutes(5))) struct CopyTreeTests {
  /// Makes a folder out of a number, always the same: names of bytes that are hard to tell, to quote or to show, files of many
  /// sizes with and without holes, with several names, links to anywhere, and times before 1970 and with parts of a second.
  private static let makeTree = """
    import os, random, sys
    top, seed = sys.argv[1].encode(), int(sys.argv[2])
    r = random.Random(seed)
    parts = [b"a", b"B", b"7", b"\\r", b"\\n", b"\\t", b" ", b"'", b"\\xcc\\x81", b"'\\xcc\\x81", b"\\xff", b"\\xc3", b"\\xc3\\xa9", b"e\\xcc\\x81",
             b"\\xe2\\x80\\xa8", b"\\xe2\\x80\\xae", b"-", b"%s", b"\\\\", b"\\\\n", b'"', b"*", b"?", b"[", b"$HOME", b"`id`", b"~", b"!", b";",
             b"&", b"|", b"#", b"=", b":", b".", b"\\x01", b"\\x7f", b"\\xf0\\x9f\\xa6\\x80"]
    def name():
        while True:
            n = b"".join(r.choice(parts) for _ in range(r.choice([1, 1, 2, 3, 5, 200])))[:255]
            if n not in (b"", b".", b".."): return n
    def date(path):
        s = r.choice([0, -1, -86400 * 365 * 30, 1234567890, 2**31, r.randrange(10**9, 2 * 10**9)])
        t = s * 10**9 + r.choice([0, 1, 999999999, r.randrange(10**9)])
        os.utime(path, ns=(t, t), follow_symlinks=False)
    folders, files = [top], []
    os.mkdir(top)
    for _ in range(r.randrange(4, 12)):
        folder = os.path.join(r.choice(folders), name())
        if not os.path.lexists(folder) and len(folder) < 3000:
            os.mkdir(folder)
            folders.append(folder)
    for _ in range(r.randrange(30, 60)):
        path = os.path.join(r.choice(folders), name())
        if os.path.lexists(path) or len(path) > 3500: continue
        kind = r.randrange(10)
        if kind == 0: os.symlink(r.choice([b"/etc/passwd", b"../..", b".", name(), b"x" * 300, path]), path)
        elif kind == 1 and files: os.link(r.choice(files), path)
        else:
            with open(path, "wb") as f:
                if kind == 2:
                    for _ in range(r.randrange(1, 40)): f.seek(r.randrange(4_000_000)); f.write(b"x" * r.randrange(1, 5000))
                    f.truncate(4_000_000 + r.randrange(5000))
                else: f.write(r.randbytes(r.choice([0, 1, 511, 512, 513, 10239, r.randrange(300_000)])))
            os.chmod(path, r.randrange(0o1000))
            files.append(path)
        date(path)
    for folder in reversed(folders):
        os.chmod(folder, r.randrange(0o2000) | 0o700)
        date(folder)
    """

  @Test(arguments: 0..<2, PodFiles.allCases)
  func whateverAFolderHoldsComesBackAsItWas(seed: Int, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try Data(Self.makeTree.utf8).write(to: URL(filePath: "\(base)/tree.py"))
      try await shell("python3 \(base)/tree.py \(base)/src \(seed)")
      for (direction, source, destination) in [
        (CopyRequest.Direction.upload, "src", "there"), (.download, "there", "back/"),
      ] {
        let result = try await ssh.copy(
          server.target(),
          CopyRequest(direction: direction, source: "\(base)/\(source)", destination: "\(base)/\(destination)")
        )
        #expect(result.changed == nil && result.missing == nil && result.unreadable == nil && result.skipped == nil)
        try await expectSame("\(base)/src", "\(base)/\(direction == .upload ? "there" : "back/there")", files)
      }
      // Nothing is sent where all is there, and what differs by a byte is.
      try await shell(
        "cd \(base) && f=$(find back -type f -size +0 -print -quit; echo x) && f=${f%?x} && printf Z >>\"$f\""
      )
      let again = server.copy(.download, "there", to: "back/")
      _ = try await ssh.copy(server.target(), again)
      try await expectSame("\(base)/src", "\(base)/back/there", files)
      #expect(try await shell("ls -A \(base) | grep -c runpod-rpc || :") == "0\n")
    }
  }

  /// Compares everything but what this kind of pod cannot keep.
  private func expectSame(_ one: String, _ other: String, _ files: PodFiles) async throws {
    let time = files.isGNU ? "%T@" : "%Ts"
    let linkTime = files.isGNU ? "%T@" : files.datesLinks ? "%Ts" : ""
    func look(_ path: String) async throws -> String {
      try await shell(
        """
        cd \(path) && {
          find . -type d -printf 'd %m \(time) %p\\0'
          find . -type l -printf 'l \(linkTime) %l %p\\0'
          find . -type f -printf 'f %m %s \(time) \(files.keepsNames ? "%n" : "") %p\\0'
          find . -type f -exec sha256sum -z {} +
        } | sort -z | cat -v | tr '\\0' '\\n'
        """
      )
    }
    let (first, second) = (try await look(one), try await look(other))
    #expect(first == second)
  }

  @Test(arguments: PodFiles.allCases) func twoFormsOfALetterAreTwoFiles(files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell("mkdir \(base)/src; echo 1 >\(base)/src/\u{e9}; echo 2 >\(base)/src/e\u{301}")
      _ = try await ssh.copy(server.target(), server.copy(.upload, "src", to: "there"))
      _ = try await ssh.copy(server.target(), server.copy(.download, "there", to: "back"))
      #expect(try await shell("cd \(base) && diff -r src back && ls back | wc -l") == "2\n")
      // Each is one by itself as well.
      for (name, content) in [("\u{e9}", "1\n"), ("e\u{301}", "2\n")] {
        let request = CopyRequest(direction: .download, source: "\(base)/there/\(name)", destination: "\(base)/one/")
        _ = try await ssh.copy(server.target(), request)
        #expect(try await shell("cat \(base)/one/\(name)") == content)
      }
      #expect(try await shell("ls \(base)/one | wc -l") == "2\n")
    }
  }

  /// Names that a shell, a terminal or a list could take for something else, each given by the user.
  @Test(
    arguments: CopyRequest.Direction.allForTests,
    [
      "it'\u{301}s", "x'\u{301};touch PWNED;'\u{301}", "a\r", "a\r\n", "\n", "-rf", "%s%n", " a ", "\u{2028}",
      "\u{202e}txt", "$(id)",
    ]
  )
  func aNameIsNothingButAName(direction: CopyRequest.Direction, name: String) async throws {
    try await TestServer.with { (server, ssh) async throws in
      let base = server.directory
      let path = "\(base)/\(name)/\(name)"
      try await shell("mkdir \(shellQuoted("\(base)/\(name)")) && echo hello >\(shellQuoted(path))")
      for destination in ["\(base)/to/", "\(base)/\(name)2", "\(base)/\(name)3/\(name)"] {
        let request = CopyRequest(direction: direction, source: path, destination: destination)
        #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 1, bytes: 6))
        let made = destination.utf8.last == UInt8(ascii: "/") ? destination + name : destination
        #expect(try await shell("cat \(shellQuoted(made))") == "hello\n")
      }
      #expect(try await shell("find \(base) -name PWNED; ls \(base)/home | wc -l") == "0\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func aHoleTakesNoRoom(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      // Only GNU's tar tells of holes where bytes are sent; busybox's makes none.
      let megabytes = files.isGNU ? 10_000 : 200
      try await shell(
        "cd \(base) && truncate -s \(megabytes)M f && printf x | dd of=f bs=1 seek=150000000 conv=notrunc 2>/dev/null"
      )
      let request = CopyRequest(direction: direction, source: "\(base)/f", destination: "\(base)/g")
      #expect(try await ssh.copy(server.target(), request).bytes == megabytes << 20)
      let most = files == .busybox && direction == .upload ? 210_000 : 1000
      #expect(
        try await shell("cd \(base) && [ $(du -k g | cut -f 1) -le \(most) ] && stat -c %s g") == "\(megabytes << 20)\n"
      )
      #expect(try await shell("cd \(base) && tail -c +150000001 g | head -c 2 | od -An -c") == "   x  \\0\n")
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func namesOfOneFileStayOne(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        "cd \(base) && mkdir -p src/sub && echo 1 >src/a && ln src/a src/sub/b && ln src/a src/c && echo 2 >src/d"
      )
      let request = server.copy(direction, "src", to: "dst/")
      let isKept = files.keepsNames || direction == .download
      let expected = isKept ? "3\n3\n3\n1\n" : "1\n1\n1\n1\n"
      #expect(try await ssh.copy(server.target(), request) == CopyResult(files: 4, bytes: 8))
      #expect(try await shell("cd \(base)/dst/src && stat -c %h a sub/b c d") == expected)
      #expect(try await shell("cd \(base)/dst/src && cat a sub/b c d") == "1\n1\n1\n2\n")
      // One that is missing comes with the others.
      try await shell("rm \(base)/dst/src/c")
      _ = try await ssh.copy(server.target(), request)
      #expect(try await shell("cd \(base)/dst/src && stat -c %h a sub/b c d") == expected)
    }
  }

  @Test(arguments: CopyRequest.Direction.allForTests, PodFiles.allCases)
  func whatIsNoFileIsLeftOutAndTold(direction: CopyRequest.Direction, files: PodFiles) async throws {
    try await TestServer.with(options: files.options) { (server, ssh) async throws in
      let base = server.directory
      try await shell(
        """
        cd \(base) && mkdir -p src/sub && echo 1 >src/f && mkfifo src/sub/pipe && mknod src/null c 1 3 || mkfifo src/null
        cd src && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("s\\ns")'; ln -s . loop; ln -s self self
        """
      )
      let request = CopyRequest(direction: direction, source: "\(base)/src", destination: "\(base)/dst")
      let result = try await ssh.copy(server.target(), request)
      #expect(result.skipped == ["null", "s\ns", "sub/pipe"])
      #expect(result.files == 3)
      #expect(try await shell("cd \(base)/dst && find . | sort | tr '\\n' ' '") == ". ./f ./loop ./self ./sub ")
      let pipe = CopyRequest(direction: direction, source: "\(base)/src/sub/pipe", destination: "\(base)/x")
      let failure = await #expect(throws: Failure.self) { try await ssh.copy(server.target(), pipe) }
      #expect(failure?.kind == .configurationInvalid)
    }
  }
}
