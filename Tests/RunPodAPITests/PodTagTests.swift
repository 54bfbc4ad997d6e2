import FoundationEssentials
import Reporting
import RunPodAPI
import Testing

@Suite struct PodTagTests {
  @Test func whatIsWrittenIsRead() {
    var tag = PodTag(ownerId: "abc", owner: "me@here with a space", created: Date(timeIntervalSince1970: 1_800_000_000))
    tag.terminateAfter = Date(timeIntervalSince1970: 1_800_000_060)
    tag.stopAfter = Date(timeIntervalSince1970: 1_800_000_030)
    tag.maxCost = 2.5
    #expect(PodTag(environment: tag.environment.merging(["PATH": "/bin"]) { first, _ in first }) == tag)
    // Never before the time that was asked for.
    tag.terminateAfter = Date(timeIntervalSince1970: 1_800_000_059.2)
    #expect(PodTag(environment: tag.environment)?.terminateAfter == Date(timeIntervalSince1970: 1_800_000_060))
  }

  @Test func aPodWithoutOneHasNone() {
    #expect(PodTag(environment: [:]) == nil)
    #expect(PodTag(environment: ["PATH": "/bin", "PUBLIC_KEY": "ssh-ed25519 x"]) == nil)
  }

  @Test(arguments: [
    "", "0", "-1", "tomorrow", "1e308", "99999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00",
    "2026-02-31T00:00:00Z", "2026-01-01T00:00:00Z; rm", "2026-01-01T00:00:00z", "２０２６-01-01T00:00:00Z", "\u{0}",
    "2026-01-01T00:00:00Z\u{301}",
  ]) func garbageIsNoTime(text: String) {
    let tag = PodTag(environment: ["RUNPOD_RPC_TERMINATE_AFTER": text])
    #expect(tag?.terminateAfter == nil)
    #expect(tag?.unreadable == ["RUNPOD_RPC_TERMINATE_AFTER"])
    #expect(tag?.end(costPerHour: 1) == nil)
  }

  @Test(arguments: ["", "nan", "inf", "-1", "0", "1e300", "0x1p999"]) func garbageIsNoCost(text: String) {
    let tag = PodTag(environment: ["RUNPOD_RPC_MAX_COST": text, "RUNPOD_RPC_CREATED": "2026-01-01T00:00:00Z"])
    #expect(tag?.maxCost == nil)
    #expect(tag?.end(costPerHour: 1) == nil)
  }

  @Test func aCostThatIsNeverReachedIsNoEnd() {
    let tag = PodTag(environment: ["RUNPOD_RPC_MAX_COST": "9e8", "RUNPOD_RPC_CREATED": "2026-01-01T00:00:00Z"])
    #expect(tag?.end(costPerHour: 1e-9) == nil)
    #expect(tag?.end(costPerHour: nil) == nil)
    #expect(tag?.end(costPerHour: 0) == nil)
  }
}

@Suite struct AccountIdentityTests {
  /// `printf 'runpod-rpc rpa_secret' | sha256sum`
  @Test func theFingerprintIsTheStartOfAHash() {
    #expect(AccountIdentity(apiKey: Secret("rpa_secret")).fingerprint == "48e9ba54650d47b0")
    #expect(AccountIdentity(apiKey: Secret("rpa_other")).fingerprint != "48e9ba54650d47b0")
  }
}
