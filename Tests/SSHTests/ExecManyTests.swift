import Concurrency
import Glibc
import Reporting
import SSH
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExecManyTests {
  @Test func eachPodHasItsOwnOutcomeAndOneProgressCountsThem() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let fractions = Locked<[Double]>([])
      let outputs = Locked<[String: String]>([:])
      let results = try await ssh.execMany(
        ["a", "gone", "b", "c"],
        maxParallel: 2,
        target: { podId in
          if podId == "gone" { throw Failure(.notFound, "There is no pod gone.") }
          return server.target(podId: podId)
        },
        ExecRequest(command: "cat", stdin: Array("hello".utf8)),
        progress: Progress { update in fractions.withLock { $0 += [update.fraction ?? 0] } },
        output: { podId, chunk in outputs.withLock { $0[podId] = String(decoding: chunk.bytes, as: UTF8.self) } }
      )
      let texts = results.map { try? $0.get().stdoutText }
      #expect(texts == ["hello", nil, "hello", "hello"])
      #expect(throws: Failure.self) { try results[1].get() }
      #expect(fractions.withLock { $0 } == [0.25, 0.5, 0.75, 1])
      #expect(outputs.withLock { $0 } == ["a": "hello", "b": "hello", "c": "hello"])
    }
  }

  @Test func noMoreThanAskedForRunAtOnce() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let place = "\(server.directory)/running"
      mkdir(place, 0o700)
      let results = try await ssh.execMany(
        ["a", "b", "c", "d", "e", "f"],
        maxParallel: 2,
        target: { server.target(podId: $0) },
        ExecRequest(command: "cd \(place) && mkdir $$ && ls | wc -l && sleep 0.1 && rmdir $$")
      )
      let counts = try results.map { Int(try $0.get().stdoutText.split(separator: "\n")[0]) ?? 0 }
      #expect(counts.allSatisfy { (1...2).contains($0) }, "\(counts)")
    }
  }

  @Test func cancellingEndsTheCommandOnEveryPod() async throws {
    let pids = Locked<[Int32]>([])
    try await TestServer.with { (server, ssh) async throws in
      let task = Task {
        try await ssh.execMany(
          ["a", "b", "c"],
          maxParallel: 3,
          target: { server.target(podId: $0) },
          ExecRequest(command: "sleep 1000 & echo $!; wait"),
          output: { _, chunk in
            let text = String(decoding: chunk.bytes, as: UTF8.self)
            pids.withLock { $0 += text.split(separator: "\n").compactMap { Int32($0) } }
          }
        )
      }
      while pids.withLock({ $0.count }) < 3 { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      for pid in pids.withLock({ $0 }) { try await expectGone(pid) }
    }
  }
}
