import Subprocess

/// One command running on a pod.
protocol Session: Sendable {
  var input: any ByteWriter { get }
  var output: any ByteReader { get }
  var error: any ByteReader { get }
  /// Since when there is it.
  var opened: ContinuousClock.Instant { get }

  /// The command's exit code, nil when the session ended without one.
  ///
  /// - Throws: `CancellationError`.
  func waitForExit() async throws -> Int?

  /// Gives the terminal another size, of which the master has yet to be told.
  func resize(_ size: PseudoTerminal.Size)

  /// Ends the session, and so the command's input; at the far end its watcher ends the command.
  func close()
}

/// A way to ask a master for what goes through its connection.
protocol MasterControl: Sendable {
  /// Starts `program`.
  ///
  /// - Throws: `ControlFault`, `CancellationError`, `SystemError` when we are out of descriptors.
  func open(_ program: RemoteProgram) async throws -> any Session

  /// Whether the master does its work.
  ///
  /// - Throws: `ControlFault`, `CancellationError`.
  func isAlive() async throws -> Bool

  /// Has the server connect to an address on its side, and ends that at once.
  ///
  /// - Throws: `ControlFault.refused` when the server will not or cannot, `CancellationError`.
  func tryChannel(host: String, port: Int) async throws

  /// Begins a forward, and returns the port when the server chose it.
  ///
  /// - Throws: `ControlFault`, `CancellationError`.
  func begin(_ route: PortForward.Route) async throws -> Int?

  /// - Throws: `ControlFault`, `CancellationError`.
  func end(_ route: PortForward.Route) async throws
}

/// Why a master did not do what it was asked.
enum ControlFault: Error, Sendable, Hashable {
  /// It is there but could or would not: the server allows no more sessions, say.
  case refused(String)
  /// It is gone.
  case lost
}
