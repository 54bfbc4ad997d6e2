import HTTP
import JSON
import ScriptedHTTP
import Testing

@testable import RunPodAPI

@Suite struct OfferTests {
  @Test func graphQLIsAskedOnceForAllPlaces() async throws {
    let scripted = Scripted(
      """
      {"data":{"gpuTypes":[
        {"id":"NVIDIA L4","displayName":"L4","memoryInGb":24,"secureCloud":true,"communityCloud":false,
         "securePrice":0.5,"communityPrice":0.4,"maxGpuCount":4,
         "p0":{"minimumBidPrice":0.4,"uninterruptablePrice":0.86,"stockStatus":"High"},
         "p1":{"minimumBidPrice":null,"uninterruptablePrice":null,"stockStatus":null},
         "p2":{"minimumBidPrice":0.1,"uninterruptablePrice":0.4,"stockStatus":"Low"},"p3":null}]}}
      """
    )
    let query = OfferQuery(gpuTypeIds: ["NVIDIA L4"], gpuCount: 2, dataCenterIds: ["EU-RO-1", "EU-SE-1"])
    let offers = try await scripted.provider.offers(query)
    #expect(scripted.transport.requests.count == 1)
    let body = try scripted.sentBody()
    #expect(body["variables"]?["input"] == ["ids": ["NVIDIA L4"]])
    #expect(body["variables"]?["p1"] == ["gpuCount": 2, "secureCloud": true, "dataCenterId": "EU-SE-1"])
    #expect(body["variables"]?["p2"] == ["gpuCount": 2, "secureCloud": false, "dataCenterId": "EU-RO-1"])
    #expect(body["query"]?.stringValue?.contains("$p3: GpuLowestPriceInput") == true)
    var secure = Offer(
      gpuTypeId: "NVIDIA L4",
      displayName: "L4",
      memoryInGb: 24,
      cloudType: "SECURE",
      dataCenterId: "EU-RO-1",
      gpuCount: 2,
      stock: .high,
      pricePerHour: 0.86,
      minimumBidPerGpu: 0.2,
      maxGpuCount: 4
    )
    #expect(offers.first == secure)
    secure.dataCenterId = "EU-SE-1"
    secure.stock = .none
    secure.pricePerHour = 1
    secure.minimumBidPerGpu = nil
    // Its community cloud does not have the type.
    #expect(Array(offers.dropFirst()) == [secure])
  }

  /// RunPod's two figures are for all of the GPUs asked for; REST's price and GraphQL's listed one are for a single GPU.
  @Test(arguments: [1, 2, 8])
  func pricesAreForAllOfTheGPUsOnBothAPIs(count: Int) async throws {
    let (price, floor) = (2.99 * Double(count), 1.5 * Double(count))
    let graphQL = Scripted(
      """
      {"data":{"gpuTypes":[{"id":"NVIDIA H100 80GB HBM3","secureCloud":true,"securePrice":2.99,"maxGpuCount":8,
        "p0":{"minimumBidPrice":\(floor),"uninterruptablePrice":\(price),"stockStatus":"High"}}]}}
      """
    )
    let rest = Scripted(
      face: .rest,
      """
      {"gpus":[{"id":"NVIDIA H100 80GB HBM3","secure":true,"price":{"secure":2.99},"availability":"HIGH",
        "maxCount":{"secure":8}}]}
      """
    )
    let query = OfferQuery(gpuCount: count, cloudTypes: ["SECURE"])
    for (scripted, bid) in [(graphQL, 1.5), (rest, nil)] {
      let offer = try #require(try await scripted.provider.offers(query).first)
      #expect(abs((offer.pricePerHour ?? 0) - price) < 1e-9)
      #expect(offer.minimumBidPerGpu == bid)
      #expect(offer.isAvailable)
    }
  }

  @Test func restIsAskedOnceForEachCloud() async throws {
    let scripted = Scripted(
      face: .rest,
      """
      {"gpus":[
        {"id":"NVIDIA L4","name":"L4","memory":24,"secure":true,"community":false,
         "price":{"secure":0.43,"community":0.4},"maxCount":{"secure":8,"community":2},"availability":"HIGH",
         "dataCenters":[{"id":"EU-RO-1","name":"Romania","availability":"LOW"}]},
        {"id":"NVIDIA A40","name":"A40","memory":48,"secure":true,"price":{"secure":0.35},"availability":"NONE"}]}
      """
    )
    let all = try await scripted.provider.offers(OfferQuery())
    #expect(
      scripted.transport.requests.map(\.url)
        == ["SECURE", "COMMUNITY"].map {
          "https://api.runpod.io/v2/catalog/gpus?include=AVAILABILITY&product=POD&count=1&cloud=\($0)"
        }
    )
    #expect(all.filter { $0.cloudType == "SECURE" }.map(\.stock) == [.high, .none])
    let here = try await scripted.provider.offers(
      OfferQuery(gpuTypeIds: ["NVIDIA L4"], cloudTypes: ["SECURE"], dataCenterIds: ["EU-RO-1", "US-KS-2"])
    )
    #expect(here.map(\.stock) == [.low, .none])
    #expect(here.first?.pricePerHour == 0.43)
    #expect(here.first?.maxGpuCount == 8)
    #expect(here.allSatisfy { $0.minimumBidPerGpu == nil })
  }
}
