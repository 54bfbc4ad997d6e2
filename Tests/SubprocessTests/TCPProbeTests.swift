import Glibc
import Subprocess
import Testing

@Suite struct TCPProbeTests {
  @Test(arguments: ["127.0.0.1", "localhost"]) func givesTheFirstLine(host: String) async throws {
    let (listener, port) = try listen()
    async let outcome = TCPProbe.banner(host: host, port: port, timeout: .seconds(20))
    let peer = try await accept(listener)
    try await PipeWriter(peer).write([UInt8]("SSH-2.0-test\r\nmore".utf8))
    #expect(await outcome == .banner("SSH-2.0-test"))
  }

  @Test func aListenerThatSaysNothingIsSilent() async throws {
    let (listener, port) = try listen()
    #expect(await TCPProbe.banner(host: "127.0.0.1", port: port, timeout: .seconds(2)) == .silent)
    listener.close()
  }

  @Test func aListenerThatHangsUpIsClosed() async throws {
    let (listener, port) = try listen()
    async let outcome = TCPProbe.banner(host: "127.0.0.1", port: port, timeout: .seconds(20))
    try await accept(listener).close()
    #expect(await outcome == .closed)
  }

  @Test func nobodyListeningIsRefused() async throws {
    let (listener, port) = try listen()
    listener.close()
    #expect(await TCPProbe.banner(host: "127.0.0.1", port: port, timeout: .seconds(20)) == .refused)
  }

  @Test func anUnknownHostIsUnreachable() async {
    #expect(await TCPProbe.banner(host: "no-such-host.invalid", port: 22, timeout: .seconds(1)) == .unreachable)
  }

  private func listen() throws -> (Descriptor, Int) {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(number >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(number, pointer, size) == 0 && Glibc.listen(number, 8) == 0 && getsockname(number, pointer, &size) == 0
      }
    }
    try #require(status)
    return (Descriptor(number), Int(UInt16(bigEndian: address.sin_port)))
  }

  private func accept(_ listener: Descriptor) async throws -> Descriptor {
    while true {
      let number = try listener.use { Glibc.accept($0, nil, nil) }
      if number >= 0 { return Descriptor(number) }
      try await listener.waitReadable()
    }
  }
}
