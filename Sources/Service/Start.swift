import JSON
import JSONRPC
import ServiceProtocol

/// Every registration, top to bottom.
enum Start {
  static func registerAll(
    in router: inout Router,
    status: @escaping @Sendable () -> ServiceStatus.Result?
  ) {
    // The life cycle of the Language Server Protocol
    router.handle(inline: "initialize") { _ in
      [
        "capabilities": [
          "executeCommandProvider": ["commands": .array(Registry.methods.map { .string($0.name) })]
        ],
        "serverInfo": ["name": "runpod-rpc", "version": .string(Registry.version)],
      ]
    }
    router.handle(inline: "shutdown") { _ in nil }

    // service
    router.handle(inline: ServicePing.name) { $0 ?? nil }
    router.handle(inline: Discover.name) { _ in OpenRPCDocument.json }
    router.handle(ServiceStatus.self) { _, _ in
      guard let status = status() else { throw ErrorObject(.internalError, "The service has not started.") }
      return status
    }
  }
}
