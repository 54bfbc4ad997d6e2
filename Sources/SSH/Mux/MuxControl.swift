import Glibc
import Subprocess

/// Asks a master by the protocol of its control socket: no process is needed for that, which is most of the time that
/// a client takes.
struct MuxControl: MasterControl {
  private let socketPath: String

  /// - Returns: nil for a master that greets us in another version of the protocol, or not at all.
  init?(_ socketPath: String) async {
    self.socketPath = socketPath
    guard let socket = try? await MuxSocket.connect(socketPath) else { return nil }
    defer { socket.close() }
    guard case .hello(MuxMessage.version) = try? await socket.next() else { return nil }
  }

  func open(_ program: RemoteProgram) async throws -> any Session {
    try await MuxSession.open(program, path: socketPath)
  }

  func isAlive() async throws -> Bool {
    try await MuxSocket.ask(socketPath, MuxMessage.aliveCheck) == .alive
  }

  func tryChannel(host: String, port: Int) async throws {
    let null = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { throw SystemError("open") }
    defer { Glibc.close(null) }
    let socket = try await MuxSocket.connect(socketPath)
    defer { socket.close() }
    try await socket.send(MuxMessage.channel(host: host, port: port))
    for _ in 0..<2 { try await socket.send(descriptor: null) }
    _ = try await socket.answer()
  }

  func begin(_ route: PortForward.Route) async throws -> Int? {
    let answer = try await MuxSocket.ask(socketPath, MuxMessage.forwarding(route, begins: true))
    guard case .remotePort(let port) = answer else { return nil }
    return Int(port)
  }

  func end(_ route: PortForward.Route) async throws {
    _ = try await MuxSocket.ask(socketPath, MuxMessage.forwarding(route, begins: false))
  }
}
