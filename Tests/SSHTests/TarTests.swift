import Glibc
import Subprocess
import Testing

@testable import SSH

/// What a pod sends, which may be anything.
@Suite(.timeLimit(.minutes(2))) struct TarTests {
  /// Reads a stream in pieces of a size; nil when it is none.
  private func read(_ stream: [UInt8], step: Int) -> (names: [[UInt8]], bytes: Int, hasEnded: Bool)? {
    var reader = TarReader()
    var names: [[UInt8]] = []
    var bytes = 0
    do {
      for begin in stride(from: 0, to: stream.count, by: step) {
        try reader.read(stream[begin..<min(begin + step, stream.count)]) { part in
          switch part {
          case .entry(let header): names.append(header.name)
          case .content(let offset, let piece):
            #expect(offset >= 0)
            bytes += piece.count
          case .entryEnd: break
          }
        }
      }
    } catch {
      return nil
    }
    return (names, bytes, reader.hasEnded)
  }

  private func stream() async throws -> [UInt8] {
    let script = """
      d=$(mktemp -d) && cd "$d" && mkdir a && echo 1 >a/f && ln a/f a/g && ln -s f a/l && truncate -s 1M a/hole && mkfifo a/pipe
      for i in 1 2 3 4 5 6 7 8; do printf x | dd of=a/hole bs=1 seek=$((i * 100000)) conv=notrunc 2>/dev/null; done
      echo 2 >a/$(printf 'n%.0s' $(seq 200)); for f in gnu pax; do tar -c -S --format=$f a; done | cat; rm -rf "$d"
      """
    return try await ChildProcess.run(ChildCommand("sh", ["-c", script])).standardOutput
  }

  @Test(arguments: [1, 7, 512, 513, 1_000_000]) func aStreamIsReadInWhateverPieces(step: Int) async throws {
    let whole = try #require(read(try await stream(), step: step))
    #expect(whole.hasEnded)
    let names = whole.names.map { String(decoding: $0, as: UTF8.self) }
    #expect(
      Set(names).isSuperset(of: ["a/", "a/f", "a/g", "a/l", "a/hole", "a/" + String(repeating: "n", count: 200)])
    )
    // Not what it is told of the holes, which would be a million.
    #expect(whole.bytes > 4 && whole.bytes < 100_000)
  }

  @Test func aStreamThatIsDamagedAnywhereHarmsNothing() async throws {
    let stream = try await stream().prefix(16 * 512)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var damaged = Array(stream)
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      // The sums as well, so that it gets further than to them.
      for begin in stride(from: 0, to: damaged.count, by: 512) {
        let block = damaged[begin..<begin + 512]
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        let digits = String(sum, radix: 8)
        let text = Array((String(repeating: "0", count: max(6 - digits.utf8.count, 0)) + digits + "\0 ").utf8.prefix(8))
        damaged.replaceSubrange(begin + 148..<begin + 156, with: text)
      }
      _ = read(damaged, step: 4096)
    }
  }

  @Test(arguments: [
    "", ".", "..", "../x", "/x", "x/", "x//y", "x/../y", "./x", "x/.", "x\0y", String(repeating: "n", count: 256),
  ])
  func aNameThatLeadsElsewhereIsNone(name: String) {
    #expect(RelativePath(Array(name.utf8)) == nil)
    #expect(
      CopyList(Array("d:755 4 1 8 1 1:1 .//\nf:644 1 1 8 1 1:2 ./\(name)//\n".utf8)[...])?.entries.count ?? 1 == 1
    )
  }

  @Test(arguments: [
    "...", "..x", "-", "~", " ", "\u{e9}", "e\u{301}", "a\nb", "x/y/...", String(repeating: "n", count: 255),
  ])
  func anyOtherNameIsOne(name: String) throws {
    let path = try #require(RelativePath(Array(name.utf8)))
    #expect(path.bytes == Array(name.utf8))
    let list = CopyList(Array("d:755 4 1 8 1 1:1 .//\nf:644 1 -1.5 8 1 1:2 ./\(name)//\n".utf8)[...])
    #expect(list?.entries.last?.path == path)
  }

  @Test(arguments: [
    "f:644", "f:644 1 1 8 1 1:1 .", "f:644 -1 1 8 1 1:1 .//\n", "f:644 9223372036854775807 1 8 1 1:1 .//\n",
    "f:999 1 1 8 1 1:1 .//\n", "f:644 1 1e5 8 1 1:1 .//\n", "f:644 1 1 8 1 1 .//\n", "f:644 1 1. 8 1 1:1 .//\n",
    "f:644 1 99999999999999999999 8 1 1:1 .//\n", "f:644 1 1 8 1 1:1 .//\nf:644 1 1 8 1 1:1 x//\n", "! ./a//\nx",
  ])
  func whatIsNoListIsNone(text: String) { #expect(CopyList(Array(text.utf8)[...]) == nil) }

  @Test func aNameThatIsListedTwiceIsOne() throws {
    let text = "d:755 1 1 8 1 1:1 .//\nf:644 1 1 8 1 1:2 ./x//\nf:644 2 1 8 1 1:2 ./x//\n"
    let list = try #require(CopyList(Array(text.utf8)[...]))
    #expect(list.entries.count == 2 && list.entries.last?.size == 1)
  }

  @Test func sizesThatCannotBeTrueEndNothing() throws {
    let lines = (1...300).map { "f:644 \(1 << 56) 1 \(1 << 56) 2 1:\($0) ./\($0)//\n" }
    let list = try #require(CopyList(Array((["d:755 4 1 8 1 1:1 .//\n"] + lines).joined().utf8)[...]))
    #expect(CopyResult(list, CopyNotes(), replacedLinks: [], name: []).bytes == .max)
    #expect(CopyRemainder(left: CopyList(), present: list, wanted: list.entries).bytesThere == .max)
    let empty = CopyRemainder(left: CopyList(), present: CopyList(), wanted: list.entries)
    #expect(empty.entries.count == 301 && !empty.isNothing)
    let part = try #require(CopyPart(file: list.entries[1], base: list.entries[2], isLeft: false))
    #expect(part.missing(([], [])) == nil)
  }

  /// Every shell that may be a login shell on a pod, so far as it is here.
  @Test(arguments: ["sh", "bash", "zsh", "fish", "tcsh", "busybox sh"]) func aScriptIsWhatItIsInEveryShell(
    shell: String
  ) async throws {
    let words = shell.split(separator: " ").map(String.init)
    guard let path = findExecutable(words[0], path: "/usr/bin:/bin") else { return }
    let value = (1...255).map { UInt8($0) }
    let script = PodScript([("v", .literal(value))], "printf %s \"$v\"; echo '!it''s' \\\\ `echo $((1 + 1))`\n")
    let result = try await ChildProcess.run(ChildCommand(path, Array(words.dropFirst()) + ["-c", script.command]))
    #expect(result.standardOutput == value + Array("!its \\ 2\n".utf8))
  }
}
