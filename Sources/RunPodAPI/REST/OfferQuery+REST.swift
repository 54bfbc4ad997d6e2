import JSON
import Outside
import Values

extension OfferQuery {
  /// The catalogue tells of one cloud at a time.
  func restPath(cloudType: String) -> String {
    "/catalog/gpus?include=AVAILABILITY&product=POD&count=\(gpuCount)&cloud=\(cloudType)"
  }

  /// The offers of one cloud in the catalogue: for each GPU type, one for each data centre that was asked for.
  func offers(rest answer: JSONValue, cloudType: String, _ intake: Intake) -> [Offer] {
    let member = cloudType.bytes.lowercased
    let centres = dataCenterIds.isEmpty ? [nil] : dataCenterIds.map(Optional.some)
    return (answer["gpus"]?.arrayValue ?? []).flatMap { gpu -> [Offer] in
      guard let id = intake.take(gpu["id"]?.stringValue, "a GPU type", as: Label.self)?.rawValue,
        gpuTypeIds.isEmpty || gpuTypeIds.contains(where: { $0.bytes == id.bytes })
      else { return [] }
      // Prices are there also for clouds that do not have the type.
      guard gpu[member]?.boolValue != false else { return [] }
      let price = gpu["price"]?[member]?.doubleValue
      return centres.map { centre in
        Offer(
          gpuTypeId: id,
          displayName: intake.take(gpu["name"]?.stringValue, "the name of \(id)", as: Label.self)?.rawValue,
          memoryInGb: gpu["memory"]?.wholeNumber,
          cloudType: cloudType,
          dataCenterId: centre,
          gpuCount: gpuCount,
          stock: centre.map { Self.stock(in: $0, of: gpu) } ?? Offer.Stock(word: gpu["availability"]?.stringValue),
          pricePerHour: price.map { $0 * Double(gpuCount) },
          maxGpuCount: gpu["maxCount"]?[member]?.wholeNumber
        )
      }
    }
  }

  /// Data centres that do not have the type are not listed.
  private static func stock(in dataCenterId: String, of gpu: JSONValue) -> Offer.Stock {
    let centre = gpu["dataCenters"]?.arrayValue?.first { $0["id"]?.stringValue == dataCenterId }
    return centre.map { Offer.Stock(word: $0["availability"]?.stringValue) } ?? .none
  }
}
