import Glibc
import HTTP
import Outside
package import Reporting
package import Storage
import Subprocess
import Values

/// Looks at everything that the service needs of its machine and its user. Calls nobody over the network.
package struct EnvironmentDoctor: Sendable {
  private let settings: Settings
  private let configuration: Failure?
  private let key: Failure?
  private let database: Database

  /// - Parameters:
  ///   - configuration: What is wrong with the configuration file, if anything.
  ///   - key: What is wrong with the key that `SSH_KEY_PATH` names.
  package init(settings: Settings, configuration: Failure?, key: Failure? = nil, database: Database) {
    self.settings = settings
    self.configuration = configuration
    self.key = key
    self.database = database
  }

  package func examine() async -> [EnvironmentCheck] {
    var checks = settings.values.map(check)
    if let configuration {
      checks.append(
        EnvironmentCheck("configuration", .error, configuration.message, hint: configuration.hint)
      )
    }
    checks += [
      tool("ssh", package: "openssh-client"),
      tool("ssh-keygen", package: "openssh-client"),
      await library(),
      await state(),
    ]
    return checks
  }

  private func check(_ value: Settings.Value) -> EnvironmentCheck {
    let name = value.setting.variable
    guard let text = value.text else { return missing(value.setting) }
    if value.isMisplacedSecret {
      let message = "holds what looks like a key or a token"
      return EnvironmentCheck(name, .error, message, hint: value.setting.misplacedSecretAdvice)
    }
    let shown = value.setting.isSecret ? "set" : text
    if value.setting == .sshKeyPath, let key { return EnvironmentCheck(name, .error, key.message, hint: key.hint) }
    if value.setting == .sshKeyPath, access(settings.places.expanded(text), R_OK) != 0 {
      return EnvironmentCheck(name, .error, "\(text) cannot be read", hint: "Set it to a private key of yours.")
    }
    if value.setting == .sshUsername, LoginName(rawValue: text) == nil {
      return EnvironmentCheck(name, .error, "\(text) is not \(LoginName.noun)", hint: "Pods mostly know root.")
    }
    if [.runpodApiUrl, .runpodRestUrl, .githubApiUrl].contains(value.setting) {
      do {
        _ = try settings.url(value.setting)
      } catch {
        return EnvironmentCheck(name, .error, (error as? Failure)?.message ?? text, hint: (error as? Failure)?.hint)
      }
    }
    if value.setting == .runpodApi, !["auto", "graphql", "rest"].contains(text) {
      return EnvironmentCheck(name, .error, "\(text) is no API of RunPod's", hint: "It is auto, graphql or rest.")
    }
    if value.setting == .maxCostPerHour, (try? settings.maxCostPerHour()) == nil {
      return EnvironmentCheck(name, .error, "\(text) is no amount", hint: "It is USD: 2.5.")
    }
    if value.setting == .jobGrace, (try? settings.jobGrace()) == nil {
      return EnvironmentCheck(name, .error, "\(text) is no time of up to a week", hint: "It is seconds: 3600.")
    }
    if value.setting.isSwitch, (try? settings.isOn(value.setting)) == nil {
      return EnvironmentCheck(name, .error, "\(text) is neither yes nor no", hint: "It is yes or no.")
    }
    if value.setting == .workDir, !text.bytes.hasPrefix("/") {
      return EnvironmentCheck(name, .error, "\(text) is not an absolute path", hint: "It must begin with /.")
    }
    return value.source == .defaultValue
      ? EnvironmentCheck(name, .defaulted, shown)
      : EnvironmentCheck(name, .ok, "\(shown) (\(value.source.rawValue))")
  }

  private func missing(_ setting: Setting) -> EnvironmentCheck {
    switch setting {
    case .runpodApiKey: EnvironmentCheck(setting.variable, .error, "not set", hint: setting.advice)
    case .githubToken:
      EnvironmentCheck(
        setting.variable,
        .warning,
        "not set: runners need a token with each request, and GitHub is not asked how they are",
        hint: setting.advice
      )
    default: EnvironmentCheck(setting.variable, .unset, "not set")
    }
  }

  private func tool(_ name: String, package: String) -> EnvironmentCheck {
    if let path = findExecutable(name) { return EnvironmentCheck(name, .ok, path) }
    return EnvironmentCheck(
      name,
      .error,
      "not found in PATH",
      hint: "On Debian and Ubuntu: apt-get install \(package)."
    )
  }

  private func library() async -> EnvironmentCheck {
    guard let reason = await CurlTransport.whyUnavailable() else { return EnvironmentCheck("libcurl", .ok, "found") }
    return EnvironmentCheck("libcurl", .error, reason, hint: "On Debian and Ubuntu: apt-get install libcurl4.")
  }

  private func state() async -> EnvironmentCheck {
    do {
      try await database.open()
      return EnvironmentCheck("state", .ok, database.path)
    } catch {
      let failure = error as? Failure
      return EnvironmentCheck(
        "state",
        .error,
        failure?.message ?? "\(database.path) cannot be used",
        hint: failure?.hint
      )
    }
  }
}
