import SSH
import Testing

/// What pods are called in the configuration file.
@Suite struct ConfigHostTests {
  private func names(_ pods: [(id: String, name: String)]) -> [[String]] {
    ConfigHost.all(
      pods.map { (name: $0.name, target: SSHTarget(podId: $0.id, host: "203.0.113.7", port: 22)) }
    ).map(\.names)
  }

  @Test func aPodHasItsNameAndItsId() {
    #expect(names([("a1", "train"), ("b2", "b2")]) == [["runpod-train", "runpod-a1"], ["runpod-b2"]])
  }

  /// The client would take the first of two.
  @Test func aNameThatTwoHaveIsNobodys() {
    #expect(names([("a1", "twin"), ("b2", "twin")]) == [["runpod-a1"], ["runpod-b2"]])
    #expect(names([("a1", "a b"), ("b2", "a_b")]) == [["runpod-a1"], ["runpod-b2"]])
  }

  @Test func aNameThatIsAnothersIdIsThatOnes() {
    #expect(names([("a1", "b2"), ("b2", "other")]) == [["runpod-a1"], ["runpod-other", "runpod-b2"]])
  }

  @Test func aNameIsOneWordOfPlainCharacters() {
    #expect(
      names([("a1", "x\n  ProxyCommand y *?!\u{202e}")]).flatMap(\.self).allSatisfy { name in
        name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"*?!,\"'\\%$".utf8.contains($0) }
      }
    )
  }
}
