import CSystem
import Concurrency
import FoundationEssentials
import Glibc
import Subprocess

/// Finds out whether the user's SSH agent is what a login waits for: a client waits for it without end.
enum AgentProbe {
  /// How long a login may take before the agent is asked, and how long the agent may take to answer. One that waits for
  /// a person to confirm the use of a key may answer nothing else meanwhile.
  private static let loginTime = Duration.seconds(10)
  private static let answerTime = Duration.seconds(5)

  /// Runs `body`, which waits for a login.
  ///
  /// - Throws: `ConnectFault.hungAgent`, and what `body` throws.
  static func guarding<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    guard let path = ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"], !path.isEmpty else {
      return try await body()
    }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: loginTime)
        if try await isHung(path) { throw ConnectFault.hungAgent(path) }
        return nil
      }
      defer { group.cancelAll() }
      while let part = try await group.next() {
        if let value = part { return value }
      }
      throw CancellationError()
    }
  }

  private static func isHung(_ path: String) async throws -> Bool {
    let number = csystem_connect_unix(path)
    // The queue of a stopped agent fills; one that is gone keeps no client waiting.
    guard number >= 0 else { return errno == EAGAIN }
    let socket = Descriptor(number)
    defer { socket.close() }
    return try await TimeSource.system.within(answerTime) {
      // Asks for the identities (draft-ietf-sshm-ssh-agent, section 3.5).
      try? await PipeWriter(socket).write([0, 0, 0, 1, 11])
      _ = try? await PipeReader(socket).read()
    } == nil
  }
}
