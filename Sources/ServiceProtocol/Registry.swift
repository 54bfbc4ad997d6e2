/// Every method, alphabetical: the only list. Dispatch, the document and the reference are made from it.
package enum Registry {
  package static let methods: [any ServiceMethod.Type] = [
    Discover.self,
    ServicePing.self,
    ServiceStatus.self,
  ]

  /// The version of this program and of its protocol.
  package static let version = "0.1.0"
}
