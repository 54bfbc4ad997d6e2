import Concurrency
import Subprocess

/// A session that is opened before there is a command for it: the next command finds its shell started, and needs one
/// round trip to the pod where it would have needed two.
actor SpareSession {
  private enum Phase: Sendable {
    case waiting, begun, over
  }

  /// Has the session until it is cancelled, and gives it to whoever does that.
  private struct Holder: Sendable {
    let phase: Locked<Phase>
    /// Once it is open, or will not be.
    let ready: Eventual<Void>
    let task: Task<(any Session)?, Never>
  }

  /// How long it is kept: its shell knows nothing of what has changed in the pod's environment since.
  private static let lifetime = Duration.seconds(30)

  private let control: any MasterControl
  private let quiet: QuietMoment
  private var holder: Holder?

  init(control: any MasterControl, quiet: QuietMoment) {
    self.control = control
    self.quiet = quiet
  }

  /// The session, if there is one, be it about to open. There is none any more.
  ///
  /// - Throws: `CancellationError`.
  func take() async throws -> (any Session)? {
    quiet.disturb()
    guard let holder, holder.phase.withLock({ $0 != .waiting }) else { return nil }
    self.holder = nil
    do {
      try await holder.ready.wait()
    } catch {
      await Self.end(holder)?.close()
      throw error
    }
    return await Self.end(holder)
  }

  /// Opens one in the next quiet moment, unless there is one.
  func prepare() {
    guard holder?.phase.withLock({ $0 }) ?? .over == .over else { return }
    let phase = Locked(Phase.waiting)
    let ready = Eventual<Void>()
    let task = Task { [control, quiet] in await Self.hold(control, quiet, phase, ready) }
    holder = Holder(phase: phase, ready: ready, task: task)
  }

  func close() async {
    guard let holder else { return }
    self.holder = nil
    await Self.end(holder)?.close()
  }

  private static func end(_ holder: Holder) async -> (any Session)? {
    holder.task.cancel()
    return await holder.task.value
  }

  private static func hold(
    _ control: any MasterControl,
    _ quiet: QuietMoment,
    _ phase: Locked<Phase>,
    _ ready: Eventual<Void>
  ) async -> (any Session)? {
    defer {
      phase.withLock { $0 = .over }
      ready.resolve(())
    }
    guard (try? await quiet.wait()) != nil else { return nil }
    phase.withLock { $0 = .begun }
    guard let session = try? await control.open(RemoteShell.text, window: nil) else { return nil }
    ready.resolve(())
    do {
      _ = try await withTimeLimit(lifetime, what: "The spare session") { try await session.waitForExit() }
    } catch is CancellationError {
      return session
    } catch {
      // It was not wanted.
    }
    session.close()
    return nil
  }
}
