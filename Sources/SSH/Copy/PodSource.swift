import Concurrency
import Outside
import Reporting
import Subprocess

/// A file or folder on a pod that is copied here.
struct PodSource: CopySource {
  /// Exit code: there is no source.
  private static let nothingThere = 66

  let name: String
  let shell: PodShell
  /// What the pod has to send a stream with.
  private(set) var tar = PodTar.none
  /// Where it is, without links.
  private(set) var path: [UInt8] = []
  private(set) var first = CopyList()

  /// Looks what is there; a link is followed.
  ///
  /// - Parameter path: As the user has written it.
  /// - Throws: `CancellationError`, `Failure`.
  init(_ path: String, on shell: PodShell) async throws {
    name = path
    self.shell = shell
    let script = PodScript(
      [("s", .path(Array(path.utf8)))],
      """
      unset CDPATH
      cd || exit
      r=$(readlink -fn -- "$s" && printf x) && r=${r%x} && [ -e "$r" ] || exit \(Self.nothingThere)
      \(PodTar.look)printf '%s\\0%s\\0' "$tar" "$r"
      \(PodList.functions)
      list "$r"
      """
    )
    let found = try await shell.text(script)
    guard found.code != Self.nothingThere else { throw Failure.noSource(path) }
    let parts = found.text.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let tar = PodTar(rawValue: String(decoding: parts[0], as: UTF8.self)),
      parts[1].first == UInt8(ascii: "/"), !parts[1].contains(0)
    else { throw CopyRefusal.reading(path, found.words.lastLines) }
    self.tar = tar
    self.path = Array(parts[1])
    first = try Self.read(parts[2], found, path)
  }

  func list() async throws -> CopyList {
    let script = PodScript([("r", .literal(path))], "\(PodList.functions)\nlist \"$r\"")
    let found = try await shell.text(script)
    return try Self.read(found.text[...], found, name)
  }

  private static func read(
    _ text: ArraySlice<UInt8>,
    _ found: (code: Int?, words: String, text: [UInt8]),
    _ path: String
  ) throws -> CopyList {
    guard found.code == 0 else { throw CopyRefusal.reading(path, found.words.lastLines) }
    guard var list = CopyList(text) else {
      throw CopyRefusal.reading(path, "the pod lists what cannot be the names of files")
    }
    // What another has made must not run here as its owner.
    for index in list.entries.indices where list.entries[index].isFile { list.entries[index].permissions &= 0o1777 }
    return list
  }

  /// Sends files and links as a tar stream.
  ///
  /// - Parameter entries: No more than `mostNames`, unless it is GNU's tar that reads their names.
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`, and what `sink` throws.
  func send(_ entries: [CopyEntry], to sink: @escaping CopySink) async throws {
    let (folder, entry) = LocalPath.split(path)
    let isFolder = first.entries.first?.isFolder == true
    let top = isFolder ? Array(".".utf8) : Array("./".utf8) + entry
    let values: [(String, PodValue)] = [("d", .literal(isFolder ? path : folder))]
    let result: (code: Int?, words: String)
    // Folders are here already, and nothing is told of them that is not listed.
    let paths = entries.map { $0.path.path(in: top) }
    if tar == .gnu {
      let script = PodScript(
        values,
        "cd -- \"$d\" && exec tar -c --format=gnu -S -b 512 --no-recursion --null --no-unquote -T - -f -"
      )
      result = try await shell.run(script, input: { try await $0.write(paths.flatMap { $0 + [0] }) }, output: sink)
    } else {
      let script = PodScript(values, "cd -- \"$d\" && exec tar -c -f -")
        .followed(by: PodScript(arguments: paths.map { .literal($0) }))
      result = try await shell.run(script, output: sink)
    }
    guard result.code == 0 || result.words.areHarmless else {
      throw CopyRefusal.reading(name, result.words.lastLines.isEmpty ? "tar failed" : result.words.lastLines)
    }
  }

  /// How many of the first entries may be arguments of one command.
  func mostNames(of entries: some Collection<CopyEntry>) -> Int {
    var bytes = 0
    let fitting = entries.prefix { entry in
      // With its quotes and its way from the top.
      bytes += entry.path.bytes.count + 8
      return bytes < PodScript.most
    }
    return max(fitting.count, 1)
  }

  func sums(of part: CopyPart, by program: String) async throws -> [String]? {
    try await shell.sums(of: part, by: program, PodScript([("f", .literal(part.file.path.path(in: path)))], ""))
  }

  func send(_ blocks: [Range<Int>], of part: CopyPart, to sink: @escaping CopySink) async throws {
    let reads = blocks.map { "\(PodList.dd) if=\"$f\" skip=\($0.lowerBound) count=\($0.count)" }
    let script = PodScript([("f", .literal(part.file.path.path(in: path)))], reads.joined(separator: " &&\n"))
    let (code, words) = try await shell.run(script, output: sink)
    guard code == 0 else { throw CopyRefusal.reading(part.file.path.text, words.lastLines) }
  }
}

extension PodShell {
  /// A checksum of each block of a part that both sides have; nil when the pod has no such program.
  ///
  /// - Parameter begin: Sets `f` to the file.
  /// - Throws: `CancellationError`, `Failure`.
  func sums(of part: CopyPart, by program: String, _ begin: PodScript) async throws -> [String]? {
    let script = PodScript(
      [],
      """
      i=0
      while [ $i -lt \(part.commonBlocks) ]; do
        \(PodList.dd) if="$f" skip=$i count=1 | \(program) || exit
        i=$((i + 1))
      done
      """
    )
    let (code, _, text) = try await self.text(begin.followed(by: script))
    guard code == 0 else { return nil }
    return text.split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
  }
}

/// What scripts on a pod have in common.
enum PodList {
  static let dd = "dd bs=\(CopyPart.blockSize) iflag=fullblock status=none"

  /// `list PATH` prints all that is there, as `CopyList` reads it, from the place itself on; then, each after `! `, the folders
  /// that cannot be looked into. GNU's `find` tells it all by itself; others have `stat`, which knows no parts of a second.
  static let functions = #"""
    walk() {
      if find . -maxdepth 0 -printf '' 2>/dev/null; then
        find "$1" -printf '%y:%m %s %T@ %b %n %D:%i %p\#(CopyList.recordEnd)'
      else
        find "$1" -exec stat -c '%f %s %Y %b %h %d:%i %n//' {} +
      fi || find "$1" -type d -exec sh -c '
        for p; do [ -r "$p" ] && [ -x "$p" ] || printf "! %s\#(CopyList.recordEnd)" "$p"; done' sh {} +
      return 0
    }
    list() {
      if [ -d "$1" ]; then
        cd -- "$1" && walk .
      else
        d=${1%/*}
        cd -- "$d/" && walk "./${1##*/}"
      fi
    }
    """#
}

extension String {
  /// The end of what a program complained.
  var lastLines: String {
    let lines = utf8.split(separator: UInt8(ascii: "\n")).suffix(2)
    return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  /// Whether tar complains of nothing but what is found out otherwise: of files that it could not open, or that changed.
  fileprivate var areHarmless: Bool {
    let known = [
      "Permission denied", "No such file or directory", "file changed as we read it", "File removed before we read it",
      "File shrank by", "short read", "Exiting with failure status due to previous errors", "socket ignored",
      "error exit delayed",
    ]
    return utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
      let line = String(decoding: line, as: UTF8.self).bytes
      return known.contains { line.contains($0) }
    } && !isEmpty
  }
}
