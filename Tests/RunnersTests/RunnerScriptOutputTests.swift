import Reporting
import Subprocess
import Testing

@testable import Runners

@Suite struct RunnerScriptOutputTests {
  @Test func linesAreReadHoweverTheyAreCut() {
    let text =
      "@progress 10 Downloading runner 2.1.0\nnoise\n@fact url=https://github.com/a/b?c=d\n@warning no user\n@done\n"
    var whole = RunnerScriptOutput()
    let events = whole.consume(Array(text.utf8))
    var inPieces = RunnerScriptOutput()
    let eventsInPieces = text.utf8.flatMap { inPieces.consume([$0]) }
    #expect(events == [.progress(Progress.Update(message: "Downloading runner 2.1.0", fraction: 0.1))])
    #expect(eventsInPieces == events)
    #expect(inPieces.facts["url"] == "https://github.com/a/b?c=d" && whole.facts == inPieces.facts)
    #expect(whole.warnings == ["no user"] && whole.verdict == .done)
  }

  @Test func aFailureKeepsItsWords() {
    var output = RunnerScriptOutput()
    _ = output.consume(Array("@fact name=\n@failure diskFull /opt has 3 MB free\n".utf8))
    #expect(output.verdict == .failure(kind: "diskFull", text: "/opt has 3 MB free"))
    #expect(output.facts["name"] == nil)
  }

  @Test func halfALineIsNotBelieved() {
    var output = RunnerScriptOutput()
    #expect(output.consume(Array("@done".utf8)).isEmpty)
    #expect(output.verdict == nil)
  }

  @Test func severalRunnersAreKeptApart() {
    var output = RunnerScriptOutput()
    _ = output.consume(Array("@fact a=1\n@runner\n@fact name=x\n@runner\n@fact name=y\n@done\n".utf8))
    #expect(output.facts["a"] == "1" && output.runners.map { $0["name"] } == ["x", "y"])
  }

  @Test func secretsAreMaskedWhereverTheyAppear() {
    var output = RunnerScriptOutput(scrub: Scrubber([Secret("hush")]))
    let events = output.consume(Array("@log say hush\n@warning hush\n@fact lastWords=hush!\n@failure x hush\n".utf8))
    #expect(events == [.log("say ••••")])
    #expect(output.warnings == ["••••"] && output.facts["lastWords"] == "••••!")
    #expect(output.verdict == .failure(kind: "x", text: "••••"))
  }

  @Test func valuesReachTheShellAsTheyAre() async throws {
    let name = "it's; rm -rf $HOME\n"
    let script = RunnerScript(command: .status, parameters: ["name": name], secrets: ["token": Secret("t")])
    let text = String(decoding: script.bytes, as: UTF8.self)
    let head = try #require(text.firstRange(of: "\n# ").map { text[..<$0.lowerBound] })
    let echo = "\nprintf '%s|%s|%s' \"$param_command\" \"$param_name\" \"$param_token\""
    let result = try await ChildProcess.run(ChildCommand("/bin/sh", ["-s"]), input: Array((head + echo).utf8))
    #expect(result.outputText == "status|\(name)|t")
    #expect(text.hasSuffix("main </dev/null\n"))
  }

  @Test func everyPartOfTheScriptIsSent() {
    let text = String(decoding: RunnerScript(command: .start, parameters: [:]).bytes, as: UTF8.self)
    for name in [
      "claim", "in_container", "end_processes", "fetch_archive", "install_libraries", "known_user", "logs",
      "check_disk", "remove_files", "run_config", "start_detached", "status", "stop", "take_lock",
    ] {
      #expect(text.contains("\n\(name)() {"), "\(name)")
    }
    #expect(text.contains("#!/bin/bash\n# Keeps the runner"))
    #expect(text.contains("param_container='# Runs a command in the environment of the container"))
  }
}
