import Reporting
import RunPodAPI
import Testing

@testable import Pods

/// GPUs as people say them.
@Suite struct GPUNameTests {
  private static let names: [(String, String)] = [
    ("NVIDIA GeForce RTX 3090", "RTX 3090"), ("NVIDIA GeForce RTX 4090", "RTX 4090"), ("NVIDIA RTX A4000", "RTX A4000"),
    ("NVIDIA RTX 4000 Ada Generation", "RTX 4000 Ada"), ("NVIDIA L4", "L4"), ("NVIDIA L40", "L40"),
    ("NVIDIA L40S", "L40S"), ("NVIDIA A100 80GB PCIe", "A100 PCIe"), ("NVIDIA A100-SXM4-80GB", "A100 SXM"),
    ("NVIDIA H100 80GB HBM3", "H100 SXM"), ("NVIDIA H100 PCIe", "H100 PCIe"), ("NVIDIA H100 NVL", "H100 NVL"),
    ("AMD Instinct MI300X OAM", "MI300X"),
  ]

  private static let offers: [Offer] = names.flatMap { id, name in
    ["SECURE", "COMMUNITY"].map { Offer(gpuTypeId: id, displayName: name, cloudType: $0, stock: .high) }
  }

  @Test(arguments: [
    ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090"), ("nvidia geforce rtx 4090", "NVIDIA GeForce RTX 4090"),
    ("RTX 4090", "NVIDIA GeForce RTX 4090"), ("4090", "NVIDIA GeForce RTX 4090"),
    ("rtx4090", "NVIDIA GeForce RTX 4090"),
    ("h100 sxm", "NVIDIA H100 80GB HBM3"), ("H100-SXM", "NVIDIA H100 80GB HBM3"),
    ("a100 pcie", "NVIDIA A100 80GB PCIe"),
    ("L40", "NVIDIA L40"), ("l4", "NVIDIA L4"), ("A4000", "NVIDIA RTX A4000"), ("mi300x", "AMD Instinct MI300X OAM"),
    ("4000 ada", "NVIDIA RTX 4000 Ada Generation"),
  ])
  func oneIsTaken(name: String, id: String) throws {
    #expect(try GPUName.resolve(name, among: Self.offers) == id)
  }

  @Test(arguments: [
    ("A100", ["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"]),
    ("H100", ["NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe", "NVIDIA H100 NVL"]),
  ])
  func severalAreListed(name: String, ids: [String]) {
    let failure = #expect(throws: Failure.self) { try GPUName.resolve(name, among: Self.offers) }
    #expect(failure?.kind == .configurationInvalid)
    #expect(ids.allSatisfy { failure?.message.contains($0) == true })
    #expect(GPUName.matches(name, among: Self.offers) == ids)
  }

  @Test(arguments: [
    ("NVIDIA GeForce GTX 1080 Ti", "NVIDIA GeForce RTX"), ("RTX 4080", "NVIDIA GeForce RTX 4090"), ("", nil),
    ("é", nil),
  ])
  func theUnknownIsNeverNoCapacity(name: String, nearest: String?) {
    let failure = #expect(throws: Failure.self) { try GPUName.resolve(name, among: Self.offers) }
    #expect(failure?.kind == .configurationInvalid)
    if let nearest { #expect(failure?.message.contains(nearest) == true) }
  }
}
