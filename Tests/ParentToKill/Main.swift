import Glibc
import Subprocess

/// Starts the program that its arguments name, prints its pid and waits to be killed.
@main enum Main {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let child = try await ChildProcess.start(
      ChildCommand(arguments.first ?? "true", Array(arguments.dropFirst())),
      input: .null
    )
    print(child.processID)
    fflush(nil)
    _ = try await child.waitForExit()
  }
}
