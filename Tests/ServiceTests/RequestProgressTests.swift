import Concurrency
import JSON
import JSONRPC
import Reporting
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(3))) struct RequestProgressTests {
  private typealias Pace = RequestProgress.Pace

  /// What was said to the client, and a way to wait for more.
  private struct Heard {
    let messages: AsyncStream<String>
    let send: @Sendable (JSONValue, Bool) -> Void

    init() {
      let (messages, hearing) = AsyncStream.makeStream(of: String.self)
      self.messages = messages
      send = { params, isLast in
        let value = params["value"]
        let kind = value?["kind"]?.stringValue ?? ""
        let message = value?["message"]?.stringValue ?? ""
        hearing.yield("\(kind) \(message) \(value?["percentage"]?.intValue ?? -1)")
        if isLast { hearing.finish() }
      }
    }

    func first(_ count: Int) async -> [String] {
      var said: [String] = []
      for await message in messages {
        said.append(message)
        if said.count == count { break }
      }
      return said
    }

    func all() async -> [String] { await first(.max) }
  }

  private let form = WorkDoneProgress(token: .string("t"))

  @Test func theFirstAndTheLastReportAlwaysPass() async {
    let heard = Heard()
    let work = RequestProgress(form, title: "work", pace: Pace(interval: .seconds(3600)), send: heard.send)
    for index in 0...100 { work.progress.report("\(index)", fraction: Double(index) / 100) }
    work.end("done")
    work.progress.report("too late")
    #expect(await heard.all() == ["begin  0", "report 0 0", "report 100 100", "end done -1"])
  }

  @Test func aMilestoneIsSeenHoweverSoonTheNextComes() async {
    let heard = Heard()
    let work = RequestProgress(form, title: "work", pace: Pace(interval: .seconds(3600)), send: heard.send)
    for step in 1...3 {
      work.progress.report("step \(step)", isMilestone: true)
      work.progress.report("some of \(step)")
    }
    work.end("done")
    let reports = ["report step 1 0", "report step 2 0", "report step 3 0", "report some of 3 0"]
    #expect(await heard.all() == ["begin  0"] + reports + ["end done -1"])
  }

  @Test func aHeldReportIsSentWhenItsTimeHasComeAndNotOnlyWithTheNext() async {
    let heard = Heard()
    let work = RequestProgress(form, title: "work", pace: Pace(interval: .milliseconds(20)), send: heard.send)
    work.progress.report("first", fraction: 0.5)
    work.progress.report("second")
    #expect(await heard.first(3) == ["begin  0", "report first 50", "report second 50"])
    work.end("done")
  }

  @Test func thePercentageNeverFalls() async {
    let heard = Heard()
    let work = RequestProgress(form, title: "work", pace: Pace(interval: .zero), send: heard.send)
    for fraction in [0.5, 0.2, 2, -1, 0.7] { work.progress.report("", fraction: fraction) }
    work.end("done")
    let percentages = await heard.all().dropFirst().dropLast().map { $0.split(separator: " ").last.map(String.init) }
    #expect(percentages == ["50", "50", "100", "100", "100"])
  }

  @Test func aSilentWorkSaysAgainWhatItSaidLast() async {
    let heard = Heard()
    let pace = Pace(interval: .milliseconds(1), heartbeat: .milliseconds(20))
    let work = RequestProgress(form, title: "work", pace: pace, send: heard.send)
    work.progress.report("waiting", fraction: 0.1)
    #expect(await heard.first(4) == ["begin  0"] + Array(repeating: "report waiting 10", count: 3))
    work.silence()
    work.end("nobody hears this")
  }

  @Test func aClientIsInvitedToShowWorkOnlyWhenItLasts() async {
    let heard = Heard()
    let pace = Pace(patience: .milliseconds(20))
    let (asked, asking) = AsyncStream.makeStream(of: Void.self)
    let work = RequestProgress(
      form,
      title: "work",
      pace: pace,
      invite: {
        asking.yield(()); return true
      },
      send: heard.send
    )
    work.progress.report("so far")
    for await _ in asked { break }
    #expect(await heard.first(2) == ["begin  0", "report so far 0"])
    work.end("done")

    let brief = Heard()
    let short = RequestProgress(
      form,
      title: "work",
      pace: Pace(patience: .seconds(3600)),
      invite: { true },
      send: brief.send
    )
    short.progress.report("so far")
    short.end("done")
    brief.send(["value": ["kind": "nothing"]], true)
    #expect(await brief.all() == ["nothing  -1"])
  }

  @Test func aClientThatRefusesIsShownNothing() async {
    let heard = Heard()
    let (asked, asking) = AsyncStream.makeStream(of: Void.self)
    let work = RequestProgress(
      form,
      title: "work",
      pace: Pace(patience: .zero),
      invite: {
        asking.yield(()); return false
      },
      send: heard.send
    )
    for await _ in asked { break }
    work.progress.report("so far")
    work.end("done")
    heard.send(["value": ["kind": "nothing"]], true)
    #expect(await heard.all() == ["nothing  -1"])
  }
}
