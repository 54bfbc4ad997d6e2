import Environment
import Reporting
import Storage
import Testing

@Suite struct EnvironmentDoctorTests {
  private func checks(_ environment: [String: String]) async -> [String: EnvironmentCheck] {
    let settings = Settings(SettingLayers(environment: environment))
    let doctor = EnvironmentDoctor(settings: settings, configuration: nil, database: .inMemory())
    return Dictionary(uniqueKeysWithValues: await doctor.examine().map { ($0.name, $0) })
  }

  @Test func everySettingIsLookedAt() async {
    let checks = await checks([:])
    for setting in Setting.all { #expect(checks[setting.variable] != nil) }
  }

  @Test func aMissingKeyIsAnErrorWithAdvice() async {
    let check = await checks([:])["RUNPOD_API_KEY"]
    #expect(check?.state == .error)
    #expect(check?.hint?.contains("https://") == true)
  }

  @Test func noSecretIsShown() async {
    let checks = await checks(["RUNPOD_API_KEY": "rpa_verysecret", "GITHUB_TOKEN": "ghp_verysecret"])
    #expect(checks["RUNPOD_API_KEY"]?.state == .ok)
    #expect(!checks.values.contains { $0.message.contains("verysecret") })
  }

  @Test(arguments: [
    ("SSH_KEY_PATH", "/nowhere/key"), ("RUNPOD_API_URL", "api.runpod.io"), ("WORK_DIR", "runner"),
  ])
  func uselessValuesAreErrors(variable: String, value: String) async {
    #expect(await checks([variable: value])[variable]?.state == .error)
  }

  @Test func toolsAndTheStateFileAreFound() async {
    let checks = await checks([:])
    for name in ["ssh", "ssh-keygen", "libcurl", "state"] { #expect(checks[name]?.state == .ok) }
  }

  @Test func aBrokenConfigurationFileIsAnError() async {
    let settings = Settings(SettingLayers(environment: [:]))
    let failure = Failure(.configurationInvalid, "It is broken.", hint: "Mend it.")
    let doctor = EnvironmentDoctor(settings: settings, configuration: failure, database: .inMemory())
    let check = await doctor.examine().first { $0.name == "configuration" }
    #expect(check == EnvironmentCheck("configuration", .error, "It is broken.", hint: "Mend it."))
  }
}
