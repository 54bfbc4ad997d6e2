import Environment
import JSON
import Reporting
import Testing

@Suite struct SettingsTests {
  @Test func theStrongestSourceWins() {
    var layers = SettingLayers(environment: [:])
    func source(_ setting: Setting) -> SettingSource? {
      Settings(layers).values.first { $0.setting == setting }?.source
    }
    #expect(source(.sshUsername) == .defaultValue)
    layers.file[.sshUsername] = "a"
    #expect(source(.sshUsername) == .file)
    layers.initialize[.sshUsername] = "b"
    #expect(source(.sshUsername) == .initialize)
    layers.environment["SSH_USERNAME"] = "c"
    #expect(source(.sshUsername) == .environment)
    layers.flags[.sshUsername] = "d"
    #expect(source(.sshUsername) == .flag)
    #expect(Settings(layers)[.sshUsername] == "d")
  }

  @Test func anEmptyVariableIsNotSet() {
    let settings = Settings(SettingLayers(environment: ["RUNPOD_API_URL": "", "RUNPOD_API_KEY": ""]))
    #expect(settings[.runpodApiUrl] == "https://api.runpod.io/graphql")
    #expect(settings[.runpodApiKey] == nil)
  }

  @Test func aMissingSettingIsNamedWithTheWayToGetIt() {
    let settings = Settings(SettingLayers(environment: [:]))
    let failure = #expect(throws: Failure.self) { try settings.required(.runpodApiKey) }
    #expect(failure?.kind == .environmentIncomplete)
    #expect(failure?.message.contains("RUNPOD_API_KEY") == true)
    #expect(failure?.hint?.contains("https://") == true)
  }

  @Test func secretsHaveNoFlag() {
    for setting in Setting.all { #expect((setting.flag == nil) == setting.isSecret) }
    #expect(Setting.runpodApiUrl.flag == "--runpod-api-url")
  }

  @Test func placesFollowTheBaseDirectories() {
    let places = Places(environment: ["HOME": "/home/me", "XDG_RUNTIME_DIR": "relative", "XDG_CONFIG_HOME": "/c"])
    #expect(places.stateFile == "/home/me/.local/state/runpod-rpc/state.sqlite")
    #expect(places.configurationFile == "/c/runpod-rpc/config.json")
    #expect(places.runtimeDirectory.hasPrefix("/tmp/runpod-rpc-"))
    #expect(places.expanded("~/key") == "/home/me/key")
  }

  @Test func anObjectIsReadByBothKindsOfNames() throws {
    let settings = try SettingsObject.read(["sshUsername": "a", "WORK_DIR": "/w"], place: "options")
    #expect(settings == [.sshUsername: "a", .workDir: "/w"])
  }

  @Test(arguments: [nil, [], [:]] as [JSONValue])
  func noSettingsHaveThreeForms(value: JSONValue) throws {
    #expect(try SettingsObject.read(value, place: "options").isEmpty)
  }

  @Test(
    arguments: [
      (["sshUserName": "a"], "did you mean sshUsername?"), (["colour": "red"], "no setting colour"),
      (["workDir": 5], "workDir must be a string"), ([1], "object"),
    ] as [(JSONValue, String)]
  )
  func aWrongObjectIsRefused(value: JSONValue, words: String) {
    let failure = #expect(throws: Failure.self) { try SettingsObject.read(value, place: "options") }
    #expect(failure?.kind == .configurationInvalid)
    #expect(failure?.message.contains(words) == true)
  }
}
