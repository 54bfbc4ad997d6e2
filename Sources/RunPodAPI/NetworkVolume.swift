/// A volume that outlives pods.
package struct NetworkVolume: Codable, Sendable, Hashable {
  package var id: String
  package var name: String
  package var sizeInGb: Int
  package var dataCenterId: String

  package init(id: String, name: String, sizeInGb: Int, dataCenterId: String) {
    self.id = id
    self.name = name
    self.sizeInGb = sizeInGb
    self.dataCenterId = dataCenterId
  }
}
