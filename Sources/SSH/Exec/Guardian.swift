import Subprocess

/// A session beside the others of a master, opened when it is first needed: it ends process groups at the far end that
/// cannot see for themselves that they are to end, when it is told to or when we or the connection are gone.
///
/// Where the server allows no session for it, it has a connection of its own.
actor Guardian {
  private static let script = """
    rr_end() { kill -TERM -$1 && sleep 2 && kill -KILL -$1; }
    rr_groups=' '
    while read -r rr_do rr_g; do
      case $rr_do in
      watch) rr_groups="$rr_groups$rr_g " ;;
      end) rr_end $rr_g & ;;
      answer) printf '\\006' ;;
      esac
      case $rr_do$rr_groups in
      watch*) ;;
      *" $rr_g "*) rr_groups="${rr_groups%% $rr_g *} ${rr_groups#* $rr_g }" ;;
      esac
    done
    trap '' TERM HUP INT
    for rr_g in $rr_groups; do rr_end $rr_g & done
    wait
    """

  private let control: any MasterControl
  private let another: @Sendable () async throws -> Master
  private var opening: Task<any Session, any Error>?
  private var own: Master?

  /// - Parameter another: Makes a connection like that of `control`.
  init(control: any MasterControl, another: @escaping @Sendable () async throws -> Master) {
    self.control = control
    self.another = another
  }

  /// From now on the end of the connection ends the group.
  func watch(_ group: Int) async { await tell("watch", group) }

  /// The group is nobody's business any more.
  func release(_ group: Int) async { await tell("release", group) }

  /// Ends the group: SIGTERM, and SIGKILL two seconds later.
  func end(_ group: Int) async { await tell("end", group) }

  /// Returns when the far end has heard all of the above, or will not within two seconds. Nothing is to come after it.
  func settle() async {
    guard let opening else { return }
    _ = try? await withTimeLimit(.seconds(2), what: "The guardian") {
      let session = try await withTaskCancellationHandler {
        try await opening.value
      } onCancel: {
        opening.cancel()
      }
      try await session.input.write(Array("answer 0\n".utf8))
      while let bytes = try await session.output.read(), !bytes.contains(6) {}
    }
    await own?.close()
  }

  private func tell(_ word: String, _ group: Int) async {
    let opening =
      opening
      ?? Task {
        let session = try await open()
        let header = try RemoteCall(command: Guardian.script, input: .session).header()
        try await session.input.write(header + RemoteCall.lastLine())
        return session
      }
    self.opening = opening
    // A task of its own is not cancelled along with the caller's, which is why most callers are here.
    await Task { try? await opening.value.input.write(Array("\(word) \(group)\n".utf8)) }.value
  }

  private func open() async throws -> any Session {
    do {
      return try await control.open(.shell)
    } catch ControlFault.refused {
      let own = try await another()
      self.own = own
      return try await own.control.open(.shell)
    }
  }
}
