import FoundationEssentials
import Testing

/// A parameter is declared once: one row of a schema, one property, and the places that use it.
@Suite struct DeclarationTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

  /// Lines of the sources that name a parameter, without comments.
  private func places(of name: String) throws -> [String] {
    let files = try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path).filter { $0.hasSuffix(".swift") }
    return try files.flatMap { file in
      try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8).split(separator: "\n").filter {
        line in
        let words = line.split { !$0.isLetter && !$0.isNumber }
        return words.contains { $0 == name } && !line.drop { $0 == " " }.hasPrefix("//")
      }.map { "\(file): \($0)" }
    }
  }

  @Test(arguments: ["sudo", "secretEnv", "envFile", "jobStartedHook", "jobCompletedHook", "toolCache", "runAsRoot"])
  func anOptionOfARunnerIsOneRowAndOneProperty(name: String) throws {
    let found = try places(of: name)
    #expect(found.count { $0.contains(".init(\"\(name)\"") || $0.hasSuffix(" \"\(name)\",") } == 1, "\(found)")
    #expect(found.count { $0.contains("var \(name):") } == 1, "\(found)")
    // A use, which for some is on two sides: a check here and a parameter of the script.
    #expect(found.count <= 6, "\(found)")
  }
}
