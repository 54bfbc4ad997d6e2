import Concurrency
import FoundationEssentials
import Reporting
import Subprocess

/// One copy from one side to the other.
struct Copy: Sendable {
  let request: CopyRequest
  let pod: PodSide
  let progress: Progress

  var source: any CopySide { request.direction == .upload ? LocalSide() : pod }
  var destination: any CopySide { request.direction == .upload ? pod : LocalSide() }

  /// - Throws: `CancellationError`, `Failure`.
  func run() async throws -> CopyResult {
    let found = try await source.run(CopyScript.look(path(request.source, isOnPod: request.direction == .download)))
    guard found.code != CopyScript.nothingThere else {
      throw Failure(.notFound, "There is no \(request.source) to copy.", details: ["path": request.source])
    }
    try check(found.code, found.words, "\(request.source) cannot be read")
    guard let found = CopySource(found.text) else {
      throw Self.refused("\(request.source) has a name that cannot be copied")
    }
    let script = CopyScript(
      destination: path(request.destination, isOnPod: request.direction == .upload),
      name: try Self.name(of: request.source),
      entry: found.entry,
      directory: found.directory,
      token: request.resumes
        ? Self.token(of: request, "\(found.directory)/\(found.entry)")
        : String(UInt64.random(in: 0...UInt64.max), radix: 36),
      resumes: request.resumes
    )
    do {
      return try await transfer(found, script)
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

  private func transfer(_ found: CopySource, _ script: CopyScript) async throws -> CopyResult {
    let meter = CopyProgress(total: found.total.bytes, progress: progress)
    let remainder = try await remainder(found, script, meter)
    if let remainder, remainder.isNothing { return found.total }
    try await fill(found, remainder, script, meter)
    let named = try await destination.run(script.commit)
    try check(named.code, named.words, "\(request.destination) cannot be written")
    return found.total
  }

  /// Has the receiving end's directory filled: by the pod's server of files where it has one, else by a stream.
  private func fill(
    _ found: CopySource,
    _ remainder: CopyRemainder?,
    _ script: CopyScript,
    _ meter: CopyProgress
  ) async throws {
    let printed = Locked(Tail(limit: 8192))
    let directory = Eventual<String>()
    let (code, words) = try await destination.run(
      script.receive(cleaning: request.direction == .download),
      input: { writer in
        let directory = try await directory.wait()
        if let entries = remainder?.entries ?? found.entries, entries.allSatisfy({ $0.isPlain(in: script.entry) }),
          try await send(entries, script, to: directory, meter)
        {
          return try await writer.write(CopyScript.Filling.files.line)
        }
        try await writer.write(CopyScript.Filling.stream.line)
        let names = remainder?.names
        try await stream(names == nil ? script.send : script.sendSome, reading: names ?? [], to: writer, meter)
      },
      output: { bytes in
        let text = printed.withLock { printed in
          printed.append(bytes)
          return printed.text
        }
        if text.hasSuffix("\0") { directory.resolve(String(text.dropLast())) }
      }
    )
    guard code != CopyScript.holdsDevice else {
      throw Failure(
        .configurationInvalid,
        "\(request.source) holds a device, and the pod has no business to make one here."
      )
    }
    try check(code, words, "\(request.destination) cannot be written")
  }

  /// Sends entries through the pod's server of files; false: it has none.
  private func send(
    _ entries: [CopyEntry],
    _ script: CopyScript,
    to directory: String,
    _ meter: CopyProgress
  ) async throws -> Bool {
    do {
      return try await pod.connections.withSFTP(on: pod.target) { sftp in
        try await withTaskExecutorPreference(BlockingExecutor(name: "copy")) {
          switch request.direction {
          case .upload:
            var upload = Upload(sftp, from: script.directory, to: directory, meter)
            try await upload.run(entries)
          case .download:
            var download = Download(sftp, from: script.directory, to: directory, meter)
            try await download.run(entries)
          }
        }
      } != nil
    } catch let refusal as CopyRefusal {
      // A server's reason may be no more than that there is one.
      let words = try await destination.run(script.tryWriting).words.split(separator: "\n").last
      throw Self.refused("\(refusal.what): \(words.map(String.init) ?? refusal.reason)")
    }
  }

  /// Sends what a script prints of the source.
  func stream(
    _ script: String,
    reading: [UInt8] = [],
    to writer: any ByteWriter,
    _ meter: CopyProgress
  ) async throws {
    let sent = try await source.run(
      script,
      input: { try await $0.write(reading) },
      output: { bytes in
        try await writer.write(bytes)
        meter.add(bytes.count)
      }
    )
    // Thrown, so that the end of the stream does not look like its completion.
    try check(sent.code, sent.words, "\(request.source) cannot be read")
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

  func check(_ code: Int?, _ words: String, _ what: String) throws {
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
        : "See that there is permission, and SFTP or the program tar."
    )
  }
}
