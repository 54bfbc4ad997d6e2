import Environment
import FoundationEssentials
import Outside
import Reporting
import Setup

extension CommandLineOptions {
  /// What `setup` was asked for.
  static func settingUp(_ arguments: ArraySlice<String>) throws(UsageError) -> SetupCommand.Options {
    let hosts = Host.allCases.map(\.rawValue)
    guard let name = arguments.first, let host = Host(rawValue: name) else {
      let advice = arguments.first.map { "there is no host \($0); \(NearestName.advice($0, among: hosts))" }
      throw UsageError(text: "runpod-rpc: \(advice ?? "setup takes a host: \(hosts.joined(separator: ", "))")\n")
    }
    var options = SetupCommand.Options(host: host)
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      switch argument {
      case "--print": options.isPrint = true
      case "--remove": options.isRemoval = true
      case "--yes": options.isCertain = true
      case "--env": options.variables.append(try variable(rest.popFirst()))
      default:
        var settings: [Setting: String] = [:]
        try take(argument, &rest, into: &settings)
        for (setting, value) in settings { options.flags += setting.isSwitch ? [argument] : [argument, value] }
      }
    }
    return options
  }

  /// `NAME` takes the value from the environment; `NAME=VALUE` is for what is no secret.
  private static func variable(_ argument: String?) throws(UsageError) -> ServerEntry.Variable {
    let parts = argument?.bytes.split("=", most: 1, keepsEmpty: true).map(String.init) ?? []
    guard let name = parts.first, isName(name) else {
      throw UsageError(text: "runpod-rpc: --env takes the name of a variable, whose value is written down\n")
    }
    if parts.count == 2 {
      guard Setting.named(name)?.isSecret != true else {
        throw UsageError(text: "runpod-rpc: all users can read argument lists; set \(name) and say --env \(name)\n")
      }
      return ServerEntry.Variable(name: name, value: parts[1])
    }
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
      throw UsageError(text: "runpod-rpc: \(name) is not set\n")
    }
    return ServerEntry.Variable(name: name, value: value)
  }

  /// Whether a shell could set a variable of this name.
  private static func isName(_ text: String) -> Bool {
    text.utf8.first.map { !$0.isDigit } == true
      && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }
}
