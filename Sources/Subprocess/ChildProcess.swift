import CSystem
import Concurrency
import Glibc

/// A running child with pipes to it. It leads a process group, which ends with it when it is told to end.
package final class ChildProcess: Sendable {
  /// Where one of the three standard descriptors of a child leads.
  package enum Stream: Sendable, Hashable {
    case null, pipe
    /// A pipe that much is to go through.
    case widePipe
    /// One that the caller has made; it is closed when the child has it.
    case end(Int32)
  }

  package let processID: Int32
  /// A closed end unless the child's standard input is a pipe.
  package let standardInput: PipeWriter
  /// At its end from the start unless the child's standard output is a pipe.
  package let standardOutput: PipeReader
  /// At its end from the start unless the child's standard error is a pipe.
  package let standardError: PipeReader
  private let life: ChildLife

  private init(life: ChildLife, input: Descriptor, output: Descriptor, error: Descriptor) {
    processID = life.processID
    self.life = life
    standardInput = PipeWriter(input)
    standardOutput = PipeReader(output)
    standardError = PipeReader(error)
  }

  /// Starts `command`. The child goes on when the value goes away; it is reaped in any case.
  ///
  /// - Throws: `Failure` of the kinds `environmentIncomplete` (no such program) and `busy`.
  package static func start(
    _ command: ChildCommand,
    input: Stream = .pipe,
    output: Stream = .pipe,
    error: Stream = .pipe
  ) async throws -> ChildProcess {
    _ = EventLoop.shared
    let input = try Ends(input, childReads: true)
    let output = try Ends(output, childReads: false)
    let error = try Ends(error, childReads: false)
    let pid = try await Spawner.shared.spawn(
      command,
      input: input.child.use { $0 },
      output: output.child.use { $0 },
      error: error.child.use { $0 }
    )
    for ends in [input, output, error] { ends.child.close() }
    let life = try ChildLife(processID: pid)
    return ChildProcess(life: life, input: input.ours, output: output.ours, error: error.ours)
  }

  /// How the child ended, once it has. Whoever inherited its pipes is not waited for.
  ///
  /// - Throws: `CancellationError`; the child goes on then.
  package func waitForExit() async throws -> ChildExit { try await life.wait() }

  /// How the child ended, nil while it runs.
  package var exit: ChildExit? { life.exit }

  /// Sends a signal to the child's process group, unless the child has ended.
  package func signal(_ number: Int32) { life.signal(number) }

  /// Ends the child and its process group and returns how it ended. Not stopped by a cancellation.
  @discardableResult
  package func terminate(_ steps: [TeardownStep] = .standard) async -> ChildExit {
    let life = life
    // A task of its own is not cancelled along with the caller's, which is how most callers get here.
    return await Task { await life.end(steps) }.value
  }
}

/// Both ends of what is to be one standard descriptor of a child.
private struct Ends {
  let child: Descriptor
  let ours: Descriptor

  init(_ stream: ChildProcess.Stream, childReads: Bool) throws {
    switch stream {
    case .pipe, .widePipe:
      let pipe = try Descriptor.pipe(isWide: stream == .widePipe)
      // The child's end stays blocking: that is what programs expect.
      child = Descriptor(childReads ? pipe.read : pipe.write, blocking: true)
      ours = Descriptor(childReads ? pipe.write : pipe.read)
    case .end(let end):
      child = Descriptor(Descriptor.aboveStandard(end), blocking: true)
      ours = try Descriptor.atEnd()
    case .null:
      let null = Descriptor.aboveStandard(open("/dev/null", O_RDWR | O_CLOEXEC))
      guard null >= 0 else { throw SystemError("open /dev/null") }
      child = Descriptor(null, blocking: true)
      ours = try Descriptor.atEnd()
    }
  }
}
