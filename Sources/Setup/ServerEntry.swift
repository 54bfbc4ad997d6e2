/// How a host starts this service.
package struct ServerEntry: Sendable, Hashable {
  /// The name under which the host lists it.
  package static let name = "runpod"

  /// The absolute path of the executable, or a name that is found in `PATH`.
  package var command: String
  package var arguments: [String]
  /// Variables to write down, with their values: only those that the user has named.
  package var environment: [Variable]

  package struct Variable: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(command: String, arguments: [String], environment: [Variable] = []) {
    self.command = command
    self.arguments = arguments
    self.environment = environment
  }
}

/// Why a configuration file is left alone.
package struct SetupFault: Error, Sendable, Hashable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
