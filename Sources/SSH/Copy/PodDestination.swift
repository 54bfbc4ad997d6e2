import Concurrency
import Reporting
import Subprocess

/// A place on a pod that a copy is put at.
struct PodDestination: CopyDestination {
  let name: String
  let shell: PodShell
  /// Whether the folder in which the copy comes together may be there from before.
  let resumes: Bool
  private let values: [(name: String, value: PodValue)]

  /// - Parameters:
  ///   - path: As the user has written it.
  ///   - entry: What the copy is called in a folder.
  ///   - token: Tells this copy's folder from others'.
  init(_ path: String, entry: [UInt8], token: String, resumes: Bool, on shell: PodShell) {
    name = path
    self.shell = shell
    self.resumes = resumes
    let bytes = Array(path.utf8)
    let (folder, base) = LocalPath.split(bytes)
    values = [
      ("d", .path(bytes)), ("p", .path(folder)), ("b", .literal(base)), ("n", .literal(entry)),
      ("t", .literal(CopyStaging.name(token).utf8)),
    ]
  }

  /// Has the folder made, and in it what comes.
  ///
  /// - Parameters:
  ///   - isFile: Whether the copy is one file, which a device or a fifo may take.
  ///   - fill: Is given the folder's path and the pod's tar, and writes the tar stream into `sink`; true: it has put everything
  ///     in place by itself. An empty path: it writes the bytes of the file into `sink`, and calls it at least once.
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`, and what `fill` throws.
  func receive(
    isFile: Bool,
    _ fill: @escaping @Sendable (_ folder: [UInt8], _ tar: PodTar, _ sink: @escaping CopySink) async throws -> Bool
  ) async throws {
    let known = Locked<[UInt8]>([])
    let place = Eventual<(folder: [UInt8], tar: PodTar)>()
    let (code, words) = try await shell.run(
      script(PodMerge.begin(resumes: resumes, isFile: isFile)),
      input: { writer in
        let (folder, tar) = try await place.wait()
        // The script reads which of both it is when the first byte is there.
        let isStream = Locked(false)
        let isDone = try await fill(folder, tar) { bytes in
          if !isStream.withLock({ isStream in
            defer { isStream = true }
            return isStream
          }) {
            try await writer.write(Array("stream\n".utf8))
          }
          try await writer.write(bytes)
        }
        if isDone { try await writer.write(Array("files\n".utf8)) }
      },
      output: { bytes in
        let text = known.withLock { known in
          known += bytes
          return known
        }
        let parts = text.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, let tar = PodTar(rawValue: String(decoding: parts[0], as: UTF8.self)) else { return }
        place.resolve((Array(parts[1]), tar))
      }
    )
    try check(code, words)
  }

  func present() async throws -> CopyList {
    try await list("[ -L \"$f\" ] || [ ! -e \"$f\" ] || { \(PodList.functions)\nlist \"$f\"; }")
  }

  func left() async throws -> CopyList {
    try await list("[ -d \"$t\" ] || exit 0\n\(PodMerge.own)\n\(PodList.functions)\n[ ! -e \"$e\" ] || list \"$e\"")
  }

  private func list(_ text: String) async throws -> CopyList {
    let found = try await shell.text(script(text))
    try check(found.code, found.words)
    guard let list = CopyList(found.text[...]) else {
      throw CopyRefusal.writing(name, "the pod lists what cannot be the names of files")
    }
    return list
  }

  func sums(of part: CopyPart, by program: String) async throws -> [String]? {
    try await shell.sums(of: part, by: program, script("f=\(part.isLeft ? "$e" : "$f")$r", part))
  }

  func receive(_ blocks: [Range<Int>], of part: CopyPart, _ feed: @escaping Feed) async throws {
    let writes = blocks.map {
      " && \(PodList.dd) of=\"$w\" seek=\($0.lowerBound) count=\($0.count) conv=notrunc"
    }
    let script = script(
      """
      \(PodMerge.make(resumes: resumes))
      \(part.isLeft ? "w=$e$r" : "w=$t/part; cp -f -- \"$f$r\" \"$w\" || exit")
      chmod u+w "$w" &&
        { [ \(part.baseSize) -le \(part.file.size) ] || truncate -s \(part.file.size) "$w"; }\(writes.joined())
      """,
      part
    )
    let (code, words) = try await shell.run(
      script,
      input: { writer in try await feed { try await writer.write($0) } },
      output: { _ in }
    )
    try check(code, words)
  }

  func finish(_ part: CopyPart) async throws {
    // The size, too: the end of the connection may have been taken for the end of the blocks.
    let found = try await shell.text(
      script(
        """
        w=\(part.isLeft ? "$e$r" : "$t/part")
        [ "$(stat -c %s "$w")" = \(part.file.size) ] || { echo "it is not whole" >&2; exit 1; }
        chmod \(String(part.file.permissions, radix: 8)) "$w" && \(Self.touch(part.file.modified)) "$w" || exit
        \(part.isLeft ? "" : "g=$e$r && mkdir -p -- \"${g%/*}\" && mv -f -- \"$w\" \"$g\"")
        """,
        part
      )
    )
    try check(found.code, found.words)
  }

  /// Some know no parts of a second, or no time before 1970.
  private static func touch(_ time: FileTime) -> String {
    let parts = String(time.nanoseconds)
    let whole = "touch -d @\(time.seconds)"
    return
      "set_time() { \(whole).\(String(repeating: "0", count: 9 - parts.utf8.count))\(parts) \"$1\" 2>/dev/null || \(whole) \"$1\"; }; set_time"
  }

  func spoil(_ sizes: [RelativePath: Int]) async throws {
    try await each(Array(sizes.keys), PodMerge.spoil) { "spoil \(sizes[$0] ?? .max)" }
  }

  func remove(_ paths: [RelativePath]) async throws { try await each(paths, "") { _ in "rm -rf -- \"$e$r\"" } }

  /// Sets times by themselves, each by a program: only for those that would not be kept otherwise,
  /// and as far as it can: busybox's `touch` knows no second before 1970.
  func date(_ times: [CopyEntry]) async throws {
    let byPath = CopyList(entries: times).byPath
    // Folders after what is in them.
    try await each(times.reversed().map(\.path), "") { path in
      "touch -h -d @\(byPath[path]?.modified.seconds ?? 0) \"$e$r\" 2>/dev/null || :"
    }
  }

  /// Runs a line for each path, as many in one script as it may hold.
  private func each(_ paths: [RelativePath], _ begin: String, _ line: (RelativePath) -> String) async throws {
    var script = PodScript([], begin)
    for (number, path) in paths.enumerated() {
      script = script.followed(by: PodScript([("r", .literal(path.path(in: [])))], line(path) + "\n"))
      guard script.bytes.count > PodScript.most || number == paths.count - 1 else { continue }
      try await run(script)
      script = PodScript([], begin)
    }
  }

  func commit(_ folders: [CopyEntry]) async throws -> [RelativePath] {
    let found = try await shell.text(script(PodMerge.commit))
    if found.code == PodMerge.inTheWay { throw Failure.inTheWay(name, found.words.lastLines) }
    try check(found.code, found.words)
    return found.text.split(separator: Array("//\n".utf8)).compactMap { path in
      path.elementsEqual(".".utf8) ? .top : RelativePath(path.dropFirst(2))
    }
  }

  func discard() async throws { try await run(PodScript([], PodMerge.remove)) }

  /// What keeps a file from being written there, in the system's own words; nil when nothing does.
  func complaint() async throws -> String? {
    let words = try await shell.text(script("head -c 65536 /dev/zero >\"$t/try\"\nrm -f \"$t/try\"")).words.lastLines
    return words.isEmpty ? nil : words
  }

  private func run(_ script: PodScript) async throws {
    let found = try await shell.text(self.script("").followed(by: script))
    try check(found.code, found.words)
  }

  private func script(_ text: String, _ part: CopyPart? = nil) -> PodScript {
    // What a path begins with in the copy: nothing when that is one file.
    let relative = part.map { [("r", PodValue.literal($0.file.path.path(in: [])))] } ?? []
    return PodScript(values + relative, "\(PodMerge.enter)\n").followed(by: PodScript([], text + "\n"))
  }

  private func check(_ code: Int?, _ words: String) throws {
    if code == PodMerge.inTheWay { throw Failure.inTheWay(name, words.lastLines) }
    guard code != 0 else { return }
    throw CopyRefusal.writing(name, words.lastLines.isEmpty ? "exit code \(code ?? -1)" : words.lastLines)
  }
}
