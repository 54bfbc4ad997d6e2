import Reporting
import Testing

@testable import Runners

@Suite struct RunnerScriptOutputTests {
  @Test func linesAreReadHoweverTheyAreCut() {
    let text =
      "@progress 10 Downloading runner 2.1.0\nnoise\n@fact url=https://github.com/a/b?c=d\n@warning no user\n@done\n"
    var whole = RunnerScriptOutput()
    let updates = whole.consume(Array(text.utf8))
    var inPieces = RunnerScriptOutput()
    let updatesInPieces = text.utf8.flatMap { inPieces.consume([$0]) }
    #expect(updates == [Progress.Update(message: "Downloading runner 2.1.0", fraction: 0.1)])
    #expect(updatesInPieces == updates)
    #expect(inPieces.facts == ["url": "https://github.com/a/b?c=d"] && whole.facts == inPieces.facts)
    #expect(whole.warnings == ["no user"] && whole.verdict == .done)
  }

  @Test func aFailureKeepsItsWords() {
    var output = RunnerScriptOutput()
    _ = output.consume(Array("@fact name=\n@failure diskFull /opt has 3 MB free\n".utf8))
    #expect(output.verdict == .failure(kind: "diskFull", text: "/opt has 3 MB free"))
    #expect(output.fact("name") == nil)
  }

  @Test func halfALineIsNotBelieved() {
    var output = RunnerScriptOutput()
    #expect(output.consume(Array("@done".utf8)).isEmpty)
    #expect(output.verdict == nil)
  }

  @Test func valuesReachTheShellAsTheyAre() {
    let script = RunnerScript(command: .configure, parameters: ["name": "it's; rm -rf $HOME\n"])
    let text = String(decoding: script.bytes, as: UTF8.self)
    #expect(text.hasPrefix("param_command='configure'\nparam_name='it'\\''s; rm -rf $HOME\n'\n#!/bin/sh\n"))
    #expect(text.hasSuffix("main </dev/null\n"))
  }
}
