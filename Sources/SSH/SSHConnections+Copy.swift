import Concurrency
import FoundationEssentials
import Glibc
package import Reporting
import Subprocess

extension SSHConnections {
  /// Copies a file or folder to or from a pod, as a tar stream. Only a whole copy gets its name; cancelled, it leaves
  /// nothing.
  ///
  /// - Throws: `CancellationError`; `Failure` of the kinds `notFound` (no such source), `configurationInvalid`,
  ///   `environmentIncomplete` (no `tar`, no space, no permission), and of those of `exec`.
  package func copy(
    _ target: SSHTarget,
    _ request: CopyRequest,
    progress: Progress = .silent
  ) async throws -> CopyResult {
    switch request.direction {
    case .upload: try await upload(target, request, progress)
    case .download: try await download(target, request, progress)
    }
  }

  private func upload(_ target: SSHTarget, _ request: CopyRequest, _ progress: Progress) async throws -> CopyResult {
    guard let real = realpath(request.source, nil) else { throw Self.missing(request.source) }
    defer { free(real) }
    let source = URL(filePath: String(cString: real))
    let tree = try await LocalTree.measure(source.path)
    let script = CopyScript(
      destination: shellPath(request.destination),
      name: try Self.name(of: request.source),
      entry: source.lastPathComponent,
      token: Self.newToken()
    )
    let meter = CopyProgress(total: tree.bytes, progress: progress)
    let tar = try await ChildProcess.start(
      ChildCommand("tar", ["-c", "-f", "-", "-C", source.deletingLastPathComponent().path, "--", script.entry]),
      input: .null,
      error: .null
    )
    do {
      let words = Locked(Tail(limit: 2000))
      let code = try await run(
        RemoteCall(command: script.receive, input: .session),
        on: target,
        output: { _ in },
        error: { bytes in words.withLock { $0.append(bytes) } },
        feed: { writer in
          while let bytes = try await tar.standardOutput.read() {
            try await writer.write(bytes)
            meter.add(bytes.count)
          }
          // The end of the stream must not look like its completion when it is not.
          guard try await tar.waitForExit().isSuccess else { throw Self.refused("tar cannot read \(source.path)") }
        }
      )
      try Self.check(code, words.withLock { $0 }, "The pod cannot take the copy")
      let result = try await exec(target, ExecRequest(command: script.commit))
      try Self.check(result.exitCode, result.stderr, "The pod cannot take the copy")
    } catch {
      await tar.terminate(.immediate)
      await discard(target, script)
      throw error
    }
    return CopyResult(files: tree.files, bytes: tree.bytes)
  }

  private func download(_ target: SSHTarget, _ request: CopyRequest, _ progress: Progress) async throws -> CopyResult {
    let path = shellPath(request.source)
    let look = """
      r=$(readlink -f -- \(path)) && [ -e "$r" ] || exit 66
      du -sk -- "$r" | cut -f 1; dirname -- "$r"; basename -- "$r"
      """
    let found = try await exec(target, ExecRequest(command: look))
    guard found.exitCode != 66 else { throw Self.missing(request.source) }
    try Self.check(found.exitCode, found.stderr, "\(request.source) cannot be read")
    let lines = found.stdoutText.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4 else { throw Self.refused("\(request.source) has a name that cannot be copied") }
    let script = CopyScript(
      destination: shellQuoted(request.destination),
      name: try Self.name(of: request.source),
      entry: String(lines[2]),
      token: Self.newToken()
    )
    let meter = CopyProgress(total: (Int(lines[0]) ?? 0) * 1024, progress: progress)
    let receiver = try await ChildProcess.start(ChildCommand("sh", ["-c", script.receive]))
    do {
      async let complaint = receiver.standardError.readAll(limit: 2000)
      let send = "tar -c -f - -C \(shellQuoted(String(lines[1]))) -- \(shellQuoted(script.entry))"
      let words = Locked(Tail(limit: 2000))
      let code = try await run(
        RemoteCall(command: send, input: .bytes(0)),
        on: target,
        output: { bytes in
          do {
            try await receiver.standardInput.write(bytes)
          } catch let error as SystemError {
            throw Self.refused("\(request.destination) cannot be written (\(error.reason))")
          }
          meter.add(bytes.count)
        },
        error: { bytes in words.withLock { $0.append(bytes) } }
      )
      try Self.check(code, words.withLock { $0 }, "\(request.source) cannot be read")
      receiver.standardInput.close()
      let directory = try await receiver.standardOutput.readAll(limit: 8192).bytes
      let exit = try await receiver.waitForExit()
      try Self.check(exit.isSuccess ? 0 : 1, try await complaint.bytes, "\(request.destination) cannot be written")
      let tree = try await LocalTree.measure(
        "\(String(decoding: directory, as: UTF8.self))/\(script.entry)",
        cleaning: true
      )
      let commit = try await ChildProcess.run(ChildCommand("sh", ["-c", script.commit]))
      try Self.check(commit.exit.isSuccess ? 0 : 1, commit.standardError, "\(request.destination) cannot be written")
      return CopyResult(files: tree.files, bytes: tree.bytes)
    } catch {
      await receiver.terminate(.immediate)
      await Task { _ = try? await ChildProcess.run(ChildCommand("sh", ["-c", script.discard])) }.value
      throw error
    }
  }

  private func discard(_ target: SSHTarget, _ script: CopyScript) async {
    // A task of its own is not cancelled along with the copy.
    await Task {
      _ = try? await exec(target, ExecRequest(command: script.discard, timeout: .seconds(10)))
    }.value
  }

  private static func newToken() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 36) }

  /// The last part of a path, which the copy is called.
  private static func name(of path: String) throws -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    guard !["", ".", "..", "~"].contains(name) else {
      throw Failure(.configurationInvalid, "\(path) does not say what the copy is to be called.")
    }
    return name
  }

  private static func check(_ code: Int?, _ words: Tail, _ what: String) throws {
    try check(code, words.bytes, what)
  }

  private static func check(_ code: Int?, _ words: [UInt8], _ what: String) throws {
    guard code != 0 else { return }
    let text = String(decoding: words, as: UTF8.self)
    // GNU tar's way to say that someone wrote to a file meanwhile, a log say: it is copied all the same.
    if code == 1, text.split(separator: "\n").allSatisfy({ $0.contains("file changed as we read it") }), !text.isEmpty {
      return
    }
    let reason = text.split(separator: "\n").suffix(2).joined(separator: " ")
    throw refused("\(what): \(reason.isEmpty ? "exit code \(code ?? -1)" : reason)")
  }

  private static func refused(_ text: String) -> Failure {
    Failure(
      .environmentIncomplete,
      "\(text).",
      hint: "See that there is space, permission and the program tar."
    )
  }

  private static func missing(_ path: String) -> Failure {
    Failure(.notFound, "There is no \(path) to copy.", details: ["path": path])
  }
}
