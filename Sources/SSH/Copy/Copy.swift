import Concurrency
import FoundationEssentials
import Reporting
import Subprocess

/// One copy from one side to the other.
struct Copy: Sendable {
  let request: CopyRequest
  let source: any CopySide
  let destination: any CopySide
  let progress: Progress

  init(_ request: CopyRequest, pod: PodSide, progress: Progress) {
    self.request = request
    self.progress = progress
    switch request.direction {
    case .upload: (source, destination) = (LocalSide(), pod)
    case .download: (source, destination) = (pod, LocalSide())
    }
  }

  /// - Throws: `CancellationError`, `Failure`.
  func run() async throws -> CopyResult {
    let found = try await source.run(CopyScript.look(path(request.source, isOnPod: request.direction == .download)))
    guard found.code != 66 else {
      throw Failure(.notFound, "There is no \(request.source) to copy.", details: ["path": request.source])
    }
    try check(found.code, found.words, "\(request.source) cannot be read")
    let lines = found.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 4, let kilobytes = Int(lines[2]) else {
      throw Self.refused("\(request.source) has a name that cannot be copied")
    }
    let script = CopyScript(
      destination: path(request.destination, isOnPod: request.direction == .upload),
      name: try Self.name(of: request.source),
      entry: lines[1],
      directory: lines[0],
      token: request.resumes
        ? Self.token(of: request, "\(lines[0])/\(lines[1])") : String(UInt64.random(in: 0...UInt64.max), radix: 36),
      resumes: request.resumes
    )
    do {
      return try await transfer(script, about: kilobytes * 1024)
    } catch {
      // What could not be taken must not be met again.
      if !request.resumes || (error as? Failure)?.kind == .configurationInvalid {
        // A task of its own is not cancelled along with the copy.
        await Task {
          try? await withTimeLimit(.seconds(10), what: "tidying up") { _ = try await destination.run(script.discard) }
        }.value
      }
      throw error
    }
  }

  private func transfer(_ script: CopyScript, about bytes: Int) async throws -> CopyResult {
    let sent = request.direction == .upload ? try await LocalTree.measure("\(script.directory)/\(script.entry)") : nil
    let meter = CopyProgress(total: sent?.bytes ?? bytes, progress: progress)
    let remainder = try await remainder(script, meter)
    if let remainder, remainder.isNothing { return remainder.total }
    let directory = try await stream(
      remainder == nil ? script.send : script.sendSome,
      reading: remainder?.names ?? [],
      to: script.receive,
      meter
    )
    let tree: LocalTree
    if let sent {
      tree = sent
    } else {
      tree = try await LocalTree.measure("\(directory)/\(script.entry)", cleaning: true)
    }
    let named = try await destination.run(script.commit)
    try check(named.code, named.words, "\(request.destination) cannot be written")
    return remainder?.total ?? CopyResult(files: tree.files, bytes: tree.bytes)
  }

  /// What is left to copy, once a file that was there in part is whole; nil for everything.
  private func remainder(_ script: CopyScript, _ meter: CopyProgress) async throws -> CopyRemainder? {
    guard request.resumes else { return nil }
    async let presentList = destination.run(script.present)
    async let leftList = destination.run(script.left)
    let (present, left) = try await (presentList, leftList)
    for list in [present, left] { try check(list.code, list.words, "\(request.destination) cannot be written") }
    guard let there = CopyEntry.list(left.text),
      let finished = CopyEntry.list(present.text, root: "./\(script.entry)"), !(there.isEmpty && finished.isEmpty)
    else { return nil }
    let wanted = try await source.run(script.wanted)
    guard wanted.code == 0, let all = CopyEntry.list(wanted.text) else { return nil }
    var remainder = CopyRemainder(left: there, present: finished, wanted: all)
    meter.skip(remainder.bytesThere)
    for part in remainder.parts where try await complete(part, script, meter) { remainder.isWhole(part) }
    return remainder
  }

  /// Sends what differs of a file that is there in part; false: nothing is gained by that.
  private func complete(_ part: CopyPart, _ script: CopyScript, _ meter: CopyProgress) async throws -> Bool {
    guard let sums = try await sums(of: part, script), let missing = part.missing(sums) else { return false }
    meter.skip(part.file.size - part.bytes(missing))
    _ = try await stream(script.send(missing, of: part), to: script.receive(missing, of: part), meter)
    // Apart from the above, which may take the end of the connection for the end of the blocks.
    let named = try await destination.run(script.finish(part))
    try check(named.code, named.words, "\(request.destination) cannot be written")
    return true
  }

  /// The checksums of both sides; nil when one of them cannot tell.
  private func sums(of part: CopyPart, _ script: CopyScript) async throws -> [String]? {
    for summer in CopyPart.summers {
      async let ours = source.run(script.sourceSums(part, by: summer))
      async let theirs = destination.run(script.sums(part, by: summer))
      let sums = try await [ours, theirs]
      if sums.allSatisfy({ $0.code == 0 }) { return sums.map(\.text) }
      guard sums.contains(where: { $0.code == CopyPart.noProgram }) else { break }
    }
    return nil
  }

  /// Runs both ends of a stream and returns what the receiving one prints.
  private func stream(
    _ send: String,
    reading: [UInt8] = [],
    to receive: String,
    _ meter: CopyProgress
  ) async throws -> String {
    let printed = Locked(Tail(limit: 8192))
    let (code, words) = try await destination.run(
      receive,
      input: { writer in
        let sent = try await source.run(
          send,
          input: { try await $0.write(reading) },
          output: { bytes in
            try await writer.write(bytes)
            meter.add(bytes.count)
          }
        )
        // Thrown, so that the end of the stream does not look like its completion.
        try check(sent.code, sent.words, "\(request.source) cannot be read")
      },
      output: { bytes in printed.withLock { $0.append(bytes) } }
    )
    try check(code, words, "\(request.destination) cannot be written")
    return printed.withLock { $0.text }
  }

  private func path(_ path: String, isOnPod: Bool) -> String { isOnPod ? shellPath(path) : shellQuoted(path) }

  /// The last part of a path, which the copy is called.
  private static func name(of path: String) throws -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    guard !["", ".", "..", "~"].contains(name) else {
      throw Failure(.configurationInvalid, "\(path) does not say what the copy is to be called.")
    }
    return name
  }

  /// The same for the same copy, and for no other (FNV-1a).
  private static func token(of request: CopyRequest, _ source: String) -> String {
    let text = "\(request.direction.rawValue)\n\(source)\n\(request.destination)"
    let hash = text.utf8.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return String(hash, radix: 36)
  }

  private func check(_ code: Int?, _ words: String, _ what: String) throws {
    guard code != 0 else { return }
    let lines = words.split(separator: "\n")
    // GNU tar's way to say that someone wrote to a file meanwhile, a log say: it is copied all the same.
    if code == 1, !lines.isEmpty, lines.allSatisfy({ $0.contains("file changed as we read it") }) { return }
    let reason = lines.suffix(2).joined(separator: " ")
    throw Self.refused("\(what): \(reason.isEmpty ? "exit code \(code ?? -1)" : reason)")
  }

  private static func refused(_ text: String) -> Failure {
    // The second is how GNU tar tells of a file of which the disk had room for a part.
    let isFull = ["No space left on device", "Wrote only "].contains { text.contains($0) }
    return Failure(
      .environmentIncomplete,
      "\(text).",
      hint: isFull
        ? "Free some space there, or give the pod a larger disk."
        : "See that there is permission and the program tar."
    )
  }
}
