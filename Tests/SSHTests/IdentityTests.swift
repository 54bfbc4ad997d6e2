import FoundationEssentials
import Glibc
import SSH
import Testing

/// Which key is taken when nobody names one; an agent of the user's own would decide otherwise.
@Suite(.enabled(if: getenv("SSH_AUTH_SOCK") == nil), .timeLimit(.minutes(3))) struct IdentityTests {
  @Test func theUsersChoiceComesFirst() async throws {
    #expect(try await Identity.choose("/some/key", stateDirectory: "/no/such/directory") == "/some/key")
  }

  @Test func keysInTheirUsualPlaceAreLeftToTheClient() async throws {
    try await TestServer.with { (server, _) async throws in
      let home = "\(server.directory)/home"
      try FileManager.default.createDirectory(atPath: "\(home)/.ssh", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: server.keyPath, toPath: "\(home)/.ssh/id_ecdsa")
      #expect(try await Identity.choose(nil, stateDirectory: "/no/such/directory", home: home) == nil)
    }
  }

  @Test func withoutAnyOneIsMadeOnceWhoeverAsks() async throws {
    try await TestServer.with { (server, ssh) async throws in
      let state = "\(server.directory)/new/state"
      let paths = try await withThrowingTaskGroup(of: String?.self, returning: [String?].self) { group in
        for _ in 0..<4 {
          group.addTask { try await Identity.choose(nil, stateDirectory: state, home: server.directory) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let path = try #require(paths[0])
      #expect(Set(paths) == [path])
      #expect(try FileManager.default.contentsOfDirectory(atPath: state) == ["id_ed25519"])
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)

      let publicKey = try #require(try await ClientKey.publicLine(path))
      try Data("\(publicKey)\n".utf8).write(to: URL(filePath: "\(server.directory)/authorized_keys"))
      var target = server.target()
      target.identityFile = path
      #expect(try await ssh.connect(target).attempts == 1)
    }
  }
}
