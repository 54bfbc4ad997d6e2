import FoundationEssentials
import RunPodAPI
import Subprocess
import Testing
import Values

@testable import Pods

/// The readiness state machine alone: what is seen, one second apart, and where that leaves it.
@Suite struct PodReadinessTests {
  enum Sight: Sendable {
    case list(RemotePod?)
    case probe(TCPProbe.Outcome)
  }

  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sights: [Sight]
    let stage: PodReadiness.Stage
  }

  static let stories = [
    Story("nothing was seen yet", [], .waitingForHost),
    Story("no runtime: the host has said nothing", [.list(.running())], .waitingForHost),
    Story("a runtime without ports", [.list(.running(ports: []))], .waitingForPorts),
    Story("only private ports", [.list(.running(ports: [.http]))], .waitingForPorts),
    Story("a public port", [.list(.running(ports: [.ssh]))], .waitingForSSHD),
    Story("the port refuses", [.list(.running(ports: [.ssh])), .probe(.refused)], .waitingForSSHD),
    Story("another server's greeting", [.list(.running(ports: [.ssh])), .probe(.banner("220 smtp"))], .waitingForSSHD),
    Story("a banner", [.list(.running(ports: [.ssh])), .probe(.banner("SSH-2.0-x"))], .ready),
    Story("a banner before there is a port", [.probe(.banner("SSH-2.0-x")), .list(.running())], .waitingForHost),
    Story("no runtime once is not down", [.list(.running(ports: [.ssh])), .list(.running())], .waitingForSSHD),
    Story(
      "ports gone once are not down",
      [.list(.running(ports: [.ssh])), .list(.running(ports: []))],
      .waitingForSSHD
    ),
    Story(
      "the old runtime of a stopped pod",
      [.list(.exited("Exited by user: x"))],
      .failed(.exited("Exited by user: x"))
    ),
    Story("ended before it ever ran", [.list(.running()), .list(.exited("Exited by Runpod: x"))], .failed(.badImage)),
    Story(
      "ended by RunPod after it ran",
      [.list(.running(ports: [])), .list(.exited("Exited by Runpod: x"))],
      .failed(.exited("Exited by Runpod: x"))
    ),
    Story("an error by REST's word", [.list(.running()), .list(.ended("ERROR"))], .failed(.badImage)),
    Story(
      "an end without a word, before it ever ran",
      [.list(.running()), .list(.ended("EXITED"))],
      .failed(.badImage)
    ),
    Story("an end without a word", [.list(.running(ports: [])), .list(.ended("EXITED"))], .failed(.exited(""))),
    Story("outbid", [.list(.running(ports: [.ssh])), .list(.exited("Outbid: x"))], .failed(.outbid)),
    Story("terminated", [.list(.exited("Terminated by user: x"))], .failed(.terminated("Terminated by user: x"))),
    Story("missing from the list at first", [.list(nil), .list(nil), .list(nil)], .waitingForHost),
    Story("missing once", [.list(.running()), .list(nil)], .waitingForHost),
    Story("missing twice after it was seen", [.list(.running()), .list(nil), .list(nil)], .failed(.vanished)),
    Story("never seen in two minutes", Array(repeating: .list(nil), count: 125), .failed(.vanished)),
  ]

  @Test(arguments: stories) func follows(_ story: Story) {
    let start = Date(timeIntervalSince1970: 0)
    var readiness = PodReadiness(start: start)
    for (index, sight) in story.sights.enumerated() {
      let time = start + TimeInterval(index + 1)
      switch sight {
      case .list(let remote): readiness.observe(remote, at: time)
      case .probe(let outcome): readiness.observe(outcome, at: time)
      }
    }
    #expect(readiness.stage == story.stage)
  }

  @Test func knowsHowOldAStageIs() {
    let start = Date(timeIntervalSince1970: 0)
    var readiness = PodReadiness(start: start)
    #expect(readiness.age(at: start + 9) == 9)
    readiness.observe(.running(ports: [.ssh]), at: start + 10)
    readiness.observe(.running(ports: [.ssh]), at: start + 20)
    #expect(readiness.age(at: start + 25) == 15)
  }

  @Test func advisesByStage() {
    var readiness = PodReadiness(start: .distantPast)
    #expect(readiness.advice.contains("pulling the image"))
    readiness.observe(.running(ports: []), at: .now)
    #expect(readiness.advice.contains("22/tcp"))
    let now = Date.now
    readiness.observe(.running(ports: [.ssh], uptime: 8), at: now)
    readiness.observe(.running(ports: [.ssh], uptime: 17), at: now + 10)
    #expect(readiness.advice.contains("sshd"))
    // A container that is always young.
    for second in stride(from: 12.0, to: 60, by: 2) {
      readiness.observe(.running(ports: [.ssh], uptime: 0), at: now + second)
    }
    #expect(readiness.restarts > 5)
    #expect(readiness.advice.contains("started anew at least"))
  }
}

extension PodReadinessTests.Story {
  init(_ description: String, _ sights: [PodReadinessTests.Sight], _ stage: PodReadiness.Stage) {
    self.init(testDescription: description, sights: sights, stage: stage)
  }
}

extension RemotePod {
  static func running(ports: [Runtime.Port]? = nil, uptime: Int? = nil) -> RemotePod {
    var pod = RemotePod(id: "abc", name: "n", desiredStatus: "RUNNING")
    pod.runtime = ports.map { Runtime(uptimeInSeconds: uptime, ports: $0) }
    return pod
  }

  /// By REST, which gives no reasons.
  static func ended(_ status: String) -> RemotePod { RemotePod(id: "abc", name: "n", desiredStatus: status) }

  /// Its runtime is still there, as RunPod leaves it for a while.
  static func exited(_ change: String) -> RemotePod {
    var pod = running(ports: [.ssh], uptime: 100)
    pod.desiredStatus = "EXITED"
    pod.lastStatusChange = change
    return pod
  }
}

extension RemotePod.Runtime.Port {
  static let ssh = Self(
    ip: HostName(rawValue: "203.0.113.7"),
    isIpPublic: true,
    privatePort: 22,
    publicPort: PortNumber(rawValue: 10022),
    type: "tcp"
  )
  static let http = Self(
    ip: HostName(rawValue: "100.65.0.1"),
    isIpPublic: false,
    privatePort: 8888,
    publicPort: PortNumber(rawValue: 60141),
    type: "http"
  )
}
