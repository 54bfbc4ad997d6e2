import Subprocess

/// A session that is opened before there is a command for it: the next command finds its shell started, and needs one
/// round trip to the pod where it would have needed two.
actor SpareSession {
  /// How long it is kept: its shell knows nothing of what has changed in the pod's environment since.
  private static let lifetime = Duration.seconds(30)

  private let control: any MasterControl
  private let quiet: QuietMoment
  /// Has the session until it is cancelled, and gives it to whoever does that.
  private var holder: Task<(any Session)?, Never>?

  init(control: any MasterControl, quiet: QuietMoment) {
    self.control = control
    self.quiet = quiet
  }

  /// The session, if there is one. There is none any more.
  func take() async -> (any Session)? {
    quiet.disturb()
    guard let holder else { return nil }
    self.holder = nil
    holder.cancel()
    return await holder.value
  }

  /// Opens one in the next quiet moment, unless there is one or it is taken before.
  func prepare() {
    guard holder == nil else { return }
    holder = Task { [control, quiet] in await Self.hold(control, quiet) }
  }

  func close() async { await take()?.close() }

  private static func hold(_ control: any MasterControl, _ quiet: QuietMoment) async -> (any Session)? {
    guard (try? await quiet.wait()) != nil,
      let session = try? await control.open(RemoteShell.text, window: nil)
    else { return nil }
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
