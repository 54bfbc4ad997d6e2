import Concurrency
import Subprocess

/// A session that is kept after a command, or opened before there is one: the next command finds its shell started, and
/// needs one round trip to the pod where it would have needed two.
actor SpareSession {
  private enum Phase: Sendable {
    case waiting, begun, over
  }

  /// Has the session until it is cancelled, and gives it to whoever does that.
  private struct Holder: Sendable {
    /// Whether it has had a command, and can have only others that read nothing.
    let isUsed: Bool
    let phase: Locked<Phase>
    /// Once it is open, or will not be.
    let ready: Eventual<Void>
    let task: Task<(any Session)?, Never>
  }

  /// How old it gets: its shell knows nothing of what has changed in the pod's environment since.
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
  /// - Parameter unused: Whether it must not have had a command.
  /// - Throws: `CancellationError`.
  func take(unused: Bool) async throws -> (any Session)? {
    quiet.disturb()
    guard let holder, holder.phase.withLock({ $0 != .waiting }), !(unused && holder.isUsed) else { return nil }
    self.holder = nil
    do {
      try await holder.ready.wait()
    } catch {
      await Self.end(holder)?.close()
      throw error
    }
    return await Self.end(holder)
  }

  /// Keeps `session`, or opens one in the next quiet moment, unless there is one.
  func prepare(_ session: (any Session)?) async {
    let kept = session.flatMap { Self.isTooOld($0) ? nil : $0 }
    if kept == nil { session?.close() }
    let phase = holder?.phase.withLock { $0 } ?? .over
    guard phase == .over || phase == .waiting && kept != nil else {
      kept?.close()
      return
    }
    let earlier = holder
    let next = (phase: Locked(kept == nil ? Phase.waiting : .begun), ready: Eventual<Void>())
    let task = Task { [control, quiet] in await Self.hold(kept, control, quiet, next.phase, next.ready) }
    holder = Holder(isUsed: kept != nil, phase: next.phase, ready: next.ready, task: task)
    if let earlier { await Self.end(earlier)?.close() }
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

  private static func isTooOld(_ session: any Session) -> Bool { .now - session.opened >= lifetime }

  private static func hold(
    _ kept: (any Session)?,
    _ control: any MasterControl,
    _ quiet: QuietMoment,
    _ phase: Locked<Phase>,
    _ ready: Eventual<Void>
  ) async -> (any Session)? {
    defer {
      phase.withLock { $0 = .over }
      ready.resolve(())
    }
    var opened = kept
    if opened == nil {
      guard (try? await quiet.wait()) != nil else { return nil }
      phase.withLock { $0 = .begun }
      opened = try? await control.open(.shell)
    }
    guard let session = opened else { return nil }
    ready.resolve(())
    do {
      let rest = lifetime - (.now - session.opened)
      _ = try await withTimeLimit(rest, what: "The spare session") { try await session.waitForExit() }
    } catch is CancellationError {
      return session
    } catch {
      // It was not wanted.
    }
    session.close()
    return nil
  }
}
