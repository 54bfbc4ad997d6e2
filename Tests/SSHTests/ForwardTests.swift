import Glibc
import Reporting
import SSH
import Subprocess
import Testing

/// Forwards to and from a server that can be told by its banner: the SSH server itself.
@Suite(.timeLimit(.minutes(2))) struct ForwardTests {
  @Test(arguments: PortForward.Direction.allCases) func aFreePortIsChosenAndLeadsThere(
    direction: PortForward.Direction
  ) async throws {
    try await with { server, _, forwards in
      let forward = try await forwards.open(podId: "pod", server.route(direction))
      #expect(forward.listenPort > 0)
      #expect(await server.isReached(through: forward))
      #expect(await forwards.list == [forward])
      #expect(try await forwards.close(forward.forwardId) == forward)
      #expect(await TCPProbe.banner(host: "127.0.0.1", port: forward.listenPort, timeout: .seconds(10)) == .refused)
      #expect(await forwards.list.isEmpty)
    }
  }

  @Test(arguments: PortForward.Direction.allCases) func comesBackWithItsPortAfterTheConnectionWasLost(
    direction: PortForward.Direction
  ) async throws {
    try await with { server, ssh, forwards in
      let forward = try await forwards.open(podId: "pod", server.route(direction))
      for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
      while await !server.isReached(through: forward) { try await Task.sleep(for: .milliseconds(20)) }
      while await forwards.list != [forward] { try await Task.sleep(for: .milliseconds(20)) }
      _ = try await forwards.close(forward.forwardId)
      #expect(await TCPProbe.banner(host: "127.0.0.1", port: forward.listenPort, timeout: .seconds(10)) == .refused)
    }
  }

  @Test(arguments: PortForward.Direction.allCases) func aPortThatIsTakenIsAConflict(
    direction: PortForward.Direction
  ) async throws {
    // With the other family the server would be content with the other loopback address.
    try await with(options: ["AddressFamily inet"]) { server, _, forwards in
      let failure = await #expect(throws: Failure.self) {
        try await forwards.open(podId: "pod", server.route(direction, listenPort: server.port))
      }
      #expect(failure?.kind == .conflict)
    }
  }

  @Test(arguments: PortForward.Direction.allCases, [0, 40_123]) func whatTheServerDoesNotPermitIsNoMatterOfPorts(
    direction: PortForward.Direction,
    listenPort: Int
  ) async throws {
    try await with(options: ["AllowTcpForwarding no"]) { server, _, forwards in
      let failure = await #expect(throws: Failure.self) {
        try await forwards.open(podId: "pod", server.route(direction, listenPort: listenPort))
      }
      #expect(failure?.kind == .forbidden)
      #expect(await forwards.list.isEmpty)
    }
  }

  @Test func anAddressThatIsNotAmongThePermittedOnes() async throws {
    try await with(options: ["PermitOpen 127.0.0.1:9"]) { server, _, forwards in
      let failure = await #expect(throws: Failure.self) {
        try await forwards.open(podId: "pod", server.route(.local))
      }
      #expect(failure?.kind == .forbidden)
    }
  }

  @Test func askingTwiceOpensOnce() async throws {
    try await with { server, _, forwards in
      let port = try await SocketAddress.unusedPort(host: "127.0.0.1")
      let first = try await forwards.open(podId: "pod", server.route(.local, listenPort: port))
      #expect(first.listenPort == port)
      #expect(try await forwards.open(podId: "pod", server.route(.local, listenPort: port)) == first)
      let failure = await #expect(throws: Failure.self) { try await forwards.close("7") }
      #expect(failure?.kind == .notFound)
    }
  }

  @Test func oneThatCannotComeBackSaysWhy() async throws {
    try await with { server, ssh, forwards in
      let forward = try await forwards.open(podId: "pod", server.route(.local))
      let changed = try await server.replaced()
      for pid in await ssh.masterProcessIDs { kill(pid, SIGKILL) }
      while await forwards.list.first?.state != .failed { try await Task.sleep(for: .milliseconds(20)) }
      #expect(await forwards.list.first?.reason?.contains("host key") == true)
      _ = try await forwards.close(forward.forwardId)
      await changed.process.terminate()
    }
  }

  private func with(
    options: [String] = [],
    _ body: (TestServer, SSHConnections, PortForwards) async throws -> Void
  ) async throws {
    try await TestServer.with(options: options) { (server, ssh) async throws in
      let forwards = PortForwards(ssh) { server.target(podId: $0) }
      do {
        try await body(server, ssh, forwards)
      } catch {
        await forwards.closeAll()
        throw error
      }
      await forwards.closeAll()
    }
  }
}

extension TestServer {
  fileprivate func route(_ direction: PortForward.Direction, listenPort: Int = 0) -> PortForward.Route {
    PortForward.Route(
      direction: direction,
      listenHost: direction == .local ? "127.0.0.1" : "localhost",
      listenPort: listenPort,
      host: "127.0.0.1",
      port: port
    )
  }

  fileprivate func isReached(through forward: PortForward) async -> Bool {
    let outcome = await TCPProbe.banner(host: "127.0.0.1", port: forward.listenPort, timeout: .seconds(10))
    if case .banner(let words) = outcome { return words.hasPrefix("SSH-2.0-") }
    return false
  }
}
