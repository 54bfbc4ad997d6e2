import Concurrency
import Reporting
import Subprocess

/// A script for `sh`, as bytes: paths need not be text.
struct PodScript: Sendable {
  /// How many bytes of names a script may hold: four times as many fit into an argument (execve(2) allows 128 KiB).
  static let most = 20_000

  private(set) var bytes: [UInt8]

  /// What follows a command: its arguments, after blanks.
  init(arguments: [PodValue]) { bytes = arguments.flatMap { [UInt8(ascii: " ")] + $0.bytes } }

  /// - Parameters:
  ///   - values: Variables that are set at the beginning.
  ///   - text: What follows.
  init(_ values: [(name: String, value: PodValue)], _ text: String) {
    bytes = values.flatMap { Array("\($0.name)=".utf8) + $0.value.bytes + Array("\n".utf8) } + Array(text.utf8)
  }

  /// A command that runs the script whatever the login shell is: what its language could take for anything but text in
  /// single quotes - and fish, csh and POSIX's shells agree on nothing more - is told by numbers.
  var command: String {
    let plain = Set(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \"#$%&()*+,-./:;<=>?@[]^_`{|}~".utf8
    )
    var text = ""
    for byte in bytes {
      if plain.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 8)
        text += "\\0" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
      }
    }
    // Programs are to say what they say in the same language everywhere, and take every byte for itself.
    return "exec env LC_ALL=C sh -c 'eval \"$(printf %b \"$0\")\"' '\(text)'"
  }
}

/// An expression of `sh`.
struct PodValue: Sendable {
  fileprivate let bytes: [UInt8]

  /// Bytes as they are.
  static func literal(_ bytes: some Sequence<UInt8>) -> PodValue {
    let quote = UInt8(ascii: "'")
    return PodValue(bytes: [quote] + bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote])
  }

  /// A path on the pod: `~` is the home directory, and what does not begin with a slash is in it.
  static func path(_ path: [UInt8]) -> PodValue {
    let home = Array("\"$HOME\"".utf8)
    if path == Array("~".utf8) { return PodValue(bytes: home) }
    if path.starts(with: "~/".utf8) { return PodValue(bytes: home + literal(path.dropFirst(1)).bytes) }
    return literal(path.first == UInt8(ascii: "/") ? path : Array("./".utf8) + path)
  }
}

/// Runs scripts on a pod.
struct PodShell: Sendable {
  /// How long the login shell may take until it runs what it is asked to.
  private static let patience = Duration.seconds(60)
  /// The most bytes of a text that is kept.
  private static let mostText = 256 * 1024 * 1024

  let connections: SSHConnections
  let target: SSHTarget

  /// Runs a script to its end.
  ///
  /// - Parameters:
  ///   - input: Writes what it reads, and returns at the end of that; nil: it reads nothing.
  ///   - output: Gets what it prints, and nothing of what the login shell does.
  /// - Returns: Its exit code, nil when it was not told, and the end of what it complained.
  /// - Throws: `CancellationError`, `Failure`, and what the closures throw.
  func run(
    _ script: PodScript,
    input: (@Sendable (any ByteWriter) async throws -> Void)? = nil,
    output: @escaping CopySink
  ) async throws -> (code: Int?, words: String) {
    let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let mark = "runpod-rpc \(token)\n"
    let begin = PodScript(
      [("mark", .literal(mark.utf8.dropLast()))],
      "printf '%s\\n' \"$mark\"; printf '%s\\n' \"$mark\" >&2\n"
    )
    let filter = Locked(PodNoise(mark: Array(mark.utf8)))
    let errorFilter = Locked(PodNoise(mark: Array(mark.utf8)))
    let words = Locked(Tail(limit: 256 * 1024))
    let hasBegun = Eventual<Void>()
    let code = try await connections.run(
      RemoteCall(command: begin.followed(by: script).command, input: input == nil ? .nothing : .session),
      on: target,
      output: { bytes in
        let rest = filter.withLock { $0.pass(bytes) }
        if filter.withLock({ $0.isOver }) { hasBegun.resolve(()) }
        if !rest.isEmpty { try await output(rest) }
      },
      error: { bytes in
        let rest = errorFilter.withLock { $0.pass(bytes) }
        words.withLock { $0.append(rest) }
      },
      feed: { writer in
        // What the login shell reads by itself must not be the script's.
        try await withTimeLimit(Self.patience, what: "The login shell of \(target.display)") {
          try await hasBegun.wait()
        }
        try await input?(writer)
      }
    )
    guard hasBegun.value != nil else {
      throw Failure(
        .sshUnreachable,
        "The login shell of \(target.display) did not run what a copy needs there\(code.map { ": exit code \($0)" } ?? "").",
        hint: "See what `ssh/exec` says to the command `sh -c 'echo works'`.",
        retryable: false,
        details: ["reason": "noCommands"]
      )
    }
    return (code, words.withLock { $0.text })
  }

  /// Runs a script that reads nothing, and returns what it prints besides.
  ///
  /// - Throws: `CancellationError`, `Failure`.
  func text(_ script: PodScript) async throws -> (code: Int?, words: String, text: [UInt8]) {
    let text = Locked<[UInt8]>([])
    let (code, words) = try await run(script) { bytes in
      let count = text.withLock { text in
        text += bytes
        return text.count
      }
      guard count <= Self.mostText else {
        throw Failure(.configurationInvalid, "There are more files than one copy can take.", hint: "Copy parts of it.")
      }
    }
    return (code, words, text.withLock { $0 })
  }
}

extension PodScript {
  /// Both, one after the other.
  func followed(by other: PodScript) -> PodScript {
    var both = self
    both.bytes += other.bytes
    return both
  }
}

/// Drops what the login shell prints before a script of ours begins, which says so by a mark.
struct PodNoise: Sendable {
  private let mark: [UInt8]
  private var pending: [UInt8] = []
  private(set) var isOver = false

  init(mark: [UInt8]) { self.mark = mark }

  /// - Returns: What is the script's.
  mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    if isOver { return bytes }
    pending += bytes
    guard let found = pending.firstRange(of: mark) else {
      pending.removeFirst(max(pending.count - mark.count + 1, 0))
      return []
    }
    isOver = true
    defer { pending = [] }
    return Array(pending[found.upperBound...])
  }
}
