import JSON
package import Reporting
package import RunPodAPI

/// What there is to rent, and for how much.
package enum PodsOffers: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var gpuTypeId: OneOrMany
    package var gpuCount: Int
    package var cloudType: OneOrMany
    package var dataCenterId: OneOrMany
    package var available: Bool
    package var limit: Int
    package var cursor: String?
  }

  package struct Result: Codable, Sendable {
    package var offers: [Offer]
    package var nextCursor: String?

    package init(offers: [Offer], nextCursor: String?) {
      self.offers = offers
      self.nextCursor = nextCursor
    }
  }

  package static let name = "pods/offers"
  package static let summary =
    "Tells GPU types, prices, stock and lowest bids: what can be had first, the cheapest first."
  package static let params: [Schema.Field] = [
    .init(
      "gpuTypeId",
      .oneOrMany(.string),
      "RunPod's long name of a GPU or what people call it (\"4090\", \"A100\"), or several; all when absent.",
      default: [],
      aliases: ["gpuTypeIds"]
    ),
    .init("gpuCount", .integer(minimum: 1, maximum: 1000), "How many GPUs the pod is to have.", default: 1),
    .init(
      "cloudType",
      .oneOrMany(.word(["ALL", "SECURE", "COMMUNITY"])),
      "Whose machines; all when absent.",
      default: [],
      aliases: ["cloudTypes"]
    ),
    .init(
      "dataCenterId",
      .oneOrMany(.string),
      "Where: \"EU-RO-1\", or several, each told by itself; everywhere together when absent.",
      default: [],
      aliases: ["dataCenterIds"]
    ),
    .init("available", .boolean, "Only what can be had now.", default: false),
    .limit(1000), .cursor,
  ]
  package static let result = Schema.object([
    .init("offers", .array(.offer), "The offers.", isRequired: true), .nextCursor,
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example(
      "one type",
      params: ["gpuTypeId": "NVIDIA L4", "cloudType": "SECURE"],
      result: [
        "offers": [
          [
            "gpuTypeId": "NVIDIA L4", "displayName": "L4", "memoryInGb": 24, "cloudType": "SECURE", "gpuCount": 1,
            "stock": "high", "pricePerHour": 0.43, "minimumBidPerGpu": 0.22, "maxGpuCount": 8,
          ]
        ]
      ]
    )
  ]
}

extension Schema {
  fileprivate static let offer = Schema.object([
    .init("gpuTypeId", .string, "RunPod's long name of the GPU.", isRequired: true),
    .init("displayName", .string, "Its short name."),
    .init("memoryInGb", .integer(minimum: 0), "Of one GPU."),
    .init("cloudType", .word(OfferQuery.allClouds), "Whose machines.", isRequired: true),
    .init("dataCenterId", .string, "Where; anywhere when absent."),
    .init("gpuCount", .integer(minimum: 1), "How many GPUs were asked for.", isRequired: true),
    .init("stock", .word(Offer.Stock.allCases.map(\.rawValue)), "How much there is now.", isRequired: true),
    .init("pricePerHour", .number(), "USD on demand, for all of the GPUs."),
    .init("minimumBidPerGpu", .number(), "USD an hour; absent where there are no spot pods."),
    .init("maxGpuCount", .integer(minimum: 0), "The most GPUs that one pod can have."),
  ])
}
