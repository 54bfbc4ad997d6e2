import Environment
import FoundationEssentials
import Glibc
import Outside
import Pods
import Setup

/// `runpod-rpc setup HOST`: writes the service into a host's own configuration, or takes it out again. Shows the change before
/// it writes, and keeps the file that was there.
package struct SetupCommand: Sendable {
  package struct Options: Sendable {
    var host: Host
    /// Nothing is written.
    var isPrint = false
    var isRemoval = false
    /// The user is not asked.
    var isCertain = false
    /// What the host starts the service with, besides the dialect.
    var flags: [String] = []
    var variables: [ServerEntry.Variable] = []
  }

  private let options: Options
  private let environment = ProcessInfo.processInfo.environment

  package init(_ options: Options) { self.options = options }

  package func run() -> Never {
    do {
      try change()
      exit(0)
    } catch let fault as SetupFault {
      StandardStream.tell("runpod-rpc: \(path) is left as it is: \(fault.message)")
    } catch let unusable as SmallFile.Unusable {
      StandardStream.tell("runpod-rpc: \(path) cannot be used: \(String(cString: strerror(unusable.code)))")
    } catch {
      StandardStream.tell("runpod-rpc: \(path) cannot be changed")
    }
    exit(1)
  }

  private var path: String {
    options.host.path(environment: environment) { access($0, F_OK) == 0 }
  }

  private func change() throws {
    let before = try SmallFile.read(path)
    guard let text = String(validating: before ?? [], as: UTF8.self) else { throw SetupFault("it is not UTF-8") }
    let isAbsent = options.isRemoval && before == nil
    let after = isAbsent ? text : try changed(text)
    guard after?.bytes != text.bytes, !isAbsent else {
      return SetupCommand.say("\(path): nothing to change.")
    }
    SetupCommand.say("\(path):\n\(TextChange(from: text, to: after ?? "", masking: secretNames).words)")
    if options.isPrint { return }
    guard isAgreed() else { return SetupCommand.say("Nothing was written.") }
    if let before { try keep(before) }
    if let after { try write(Array(after.utf8)) } else { unlink(path) }
    SetupCommand.say(options.isRemoval ? "Removed." : "Written.\(advice)")
  }

  private func changed(_ text: String) throws -> String? {
    if options.isRemoval { return try options.host.removing(from: text) }
    let isEditor = [.neovim, .emacs].contains(options.host)
    let entry = ServerEntry(
      command: executable,
      arguments: (isEditor ? [] : ["mcp"]) + options.flags,
      environment: options.variables
    )
    return try options.host.adding(entry, to: text)
  }

  /// Variables whose values are not shown.
  private var secretNames: [String] {
    Setting.all.filter(\.isSecret).map(\.variable) + options.variables.map(\.name)
  }

  private var advice: String {
    if options.variables.contains(where: { $0.name.bytes == Setting.runpodApiKey.variable.bytes }) { return "" }
    let file = Places(environment: environment).configurationFile
    return " No key was written: the service takes RUNPOD_API_KEY from its environment, or runpodApiKey from \(file)."
  }

  /// Asks on a terminal; elsewhere nobody could answer, and the command itself is the agreement.
  private func isAgreed() -> Bool {
    if options.isCertain || isatty(0) == 0 { return true }
    SetupCommand.say("Write this? [y/N]")
    return ["y", "yes"].contains(readLine()?.bytes.lowercased ?? "")
  }

  /// Copies what is there into a file beside it that has not been there yet.
  private func keep(_ bytes: [UInt8]) throws {
    var copy = "\(path).bak"
    var count = 1
    while access(copy, F_OK) == 0 {
      copy = "\(path).bak\(count)"
      count += 1
    }
    try SmallFile.replace(copy, with: bytes)
    var attributes = stat()
    if stat(path, &attributes) == 0 { chmod(copy, attributes.st_mode & 0o777) }
    SetupCommand.say("The file as it was: \(copy)")
  }

  private func write(_ bytes: [UInt8]) throws {
    let directory = String(
      decoding: path.utf8[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex)],
      as: UTF8.self
    )
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try SmallFile.replace(path, with: bytes)
  }

  /// The path in `PATH` that leads to this executable, which stays when a newer version takes its place; else its own.
  private var executable: String {
    let own = SetupCommand.real("/proc/self/exe") ?? "runpod-rpc"
    let directories = (environment["PATH"] ?? "").bytes.split(":")
    let named = directories.map { "\($0)/runpod-rpc" }.first {
      SetupCommand.real($0)?.bytes == own.bytes && $0.utf8.first == UInt8(ascii: "/")
    }
    return named ?? own
  }

  private static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  private static func say(_ text: String) { StandardStream.show(text) }
}
