import Reporting
import Testing

@testable import Environment

/// A key goes over plain HTTP to nobody but this machine.
@Suite struct SettingsURLTests {
  private func settings(_ url: String) -> Settings {
    Settings(SettingLayers(environment: ["RUNPOD_API_URL": url]))
  }

  @Test(arguments: [
    "https://api.runpod.io/graphql", "HTTPS://api.runpod.io/v2", "http://127.0.0.1:8080/graphql", "http://localhost/v2",
    "http://[::1]:9/graphql", "http://127.8.9.1/v2",
  ])
  func theseAreTaken(url: String) throws {
    #expect(try settings(url).url(.runpodApiUrl) == url)
  }

  @Test(arguments: [
    "http://api.runpod.io/graphql", "HTTP://api.runpod.io/v2", "http://localhost.evil.example/v2",
    "http://127.0.0.1@evil.example/", "http://127.0.0.1.evil.example/", "http://evil.example/?127.0.0.1",
    "http://10.0.0.1/graphql", "http://[::2]/", "http://127.0.0.1:80@evil.example/", "ftp://127.0.0.1/",
    "api.runpod.io",
    "http://",
  ])
  func theseAreRefused(url: String) {
    let failure = #expect(throws: Failure.self) {
      if try settings(url).url(.runpodApiUrl) == nil { throw Failure(.configurationInvalid, "RUNPOD_API_URL") }
    }
    #expect(failure?.kind == .configurationInvalid)
    #expect(failure?.message.contains("RUNPOD_API_URL") == true)
  }
}
