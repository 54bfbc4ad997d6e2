import JSON
import Values

extension OfferQuery {
  /// One question for all places: an alias for each, since RunPod tells price and stock of one place at a time.
  var graphQLOperation: GraphQLOperation {
    let names = places.indices.map { "p\($0)" }
    let variables = names.map { ", $\($0): GpuLowestPriceInput" }.joined()
    let prices = names.map { " \($0): lowestPrice(input: $\($0)) { minimumBidPrice uninterruptablePrice stockStatus }" }
    return GraphQLOperation(
      call: .offers,
      field: "gpuTypes",
      document: "query($input: GpuTypeFilter\(variables)) { gpuTypes(input: $input) { id displayName memoryInGb "
        + "secureCloud communityCloud securePrice communityPrice maxGpuCount\(prices.joined()) } }"
    )
  }

  var graphQLVariables: JSONObject {
    var variables: JSONObject = [
      "input": gpuTypeIds.isEmpty ? [:] : ["ids": .array(gpuTypeIds.map(JSONValue.string))]
    ]
    for (index, place) in places.enumerated() {
      var input: JSONObject = [
        "gpuCount": .integer(gpuCount), "secureCloud": .bool(place.cloudType == "SECURE"),
      ]
      input["dataCenterId"] = place.dataCenterId.map(JSONValue.string)
      variables["p\(index)"] = .object(input)
    }
    return variables
  }

  /// The offers in the answer: for each GPU type, one for each place where it exists at all.
  func offers(graphQL answer: JSONValue, _ intake: Intake) -> [Offer] {
    (answer.arrayValue ?? []).flatMap { gpu -> [Offer] in
      guard let id = intake.take(gpu["id"]?.stringValue, "a GPU type", as: Label.self)?.rawValue else { return [] }
      return places.enumerated().compactMap { index, place in
        let isSecure = place.cloudType == "SECURE"
        guard gpu[isSecure ? "secureCloud" : "communityCloud"]?.boolValue != false else { return nil }
        let here = gpu["p\(index)"]
        // These two are for all of the GPUs, the listed price is for one: seen live by two clients, and RunPod's staff repaired
        // the overbid of others (https://github.com/skypilot-org/skypilot/pull/9000).
        let price = here?["uninterruptablePrice"]?.doubleValue
        let bid = here?["minimumBidPrice"]?.doubleValue
        let listed = gpu[isSecure ? "securePrice" : "communityPrice"]?.doubleValue
        let stock = Offer.Stock(word: here?["stockStatus"]?.stringValue)
        return Offer(
          gpuTypeId: id,
          displayName: intake.take(gpu["displayName"]?.stringValue, "the name of \(id)", as: Label.self)?.rawValue,
          memoryInGb: gpu["memoryInGb"]?.wholeNumber,
          cloudType: place.cloudType,
          dataCenterId: place.dataCenterId,
          gpuCount: gpuCount,
          // Where there is nothing, RunPod leaves all of it out.
          stock: stock == .unknown && price == nil && bid == nil ? .none : stock,
          pricePerHour: price ?? listed.map { $0 * Double(gpuCount) },
          minimumBidPerGpu: bid.map { $0 / Double(gpuCount) },
          maxGpuCount: gpu["maxGpuCount"]?.wholeNumber
        )
      }
    }
  }
}
