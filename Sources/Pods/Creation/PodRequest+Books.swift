import FoundationEssentials
import JSON
import Reporting
import RunPodAPI
import Storage

extension PodRequest {
  /// What the books keep of a request beyond their columns. Environment variables leave their names only: values are secrets.
  var storedText: String {
    var object: JSONObject = [
      "minVcpuCount": .integer(minVcpuCount),
      "minMemoryInGb": .integer(minMemoryInGb),
      "ports": .string(ports),
      "environmentNames": .array(env.keys.sorted().map(JSONValue.string)),
      "startSsh": .bool(startSsh),
    ]
    object["containerDiskInGb"] = diskSize.map(JSONValue.integer)
    object["volumeInGb"] = volumeSize.map(JSONValue.integer)
    object["cpuFlavorId"] = cpuFlavorId.map(JSONValue.string)
    object["networkVolumeId"] = networkVolumeId.map(JSONValue.string)
    object["templateId"] = templateId.map(JSONValue.string)
    if gpuTypeIds.count > 1 { object["gpuTypeIds"] = .array(gpuTypeIds.map(JSONValue.string)) }
    if cloudTypes.count > 1 { object["cloudTypes"] = .array(cloudTypes.map(JSONValue.string)) }
    if dataCenterIds.count > 1 { object["dataCenterIds"] = .array(dataCenterIds.map(JSONValue.string)) }
    object["maxCostPerHour"] = maxCostPerHour.map { JSONValue($0) }
    return JSONValue.object(object).text
  }

  /// The offers that a plan for the request is made by: of all GPU types, since a name need not be RunPod's own.
  var offerQuery: OfferQuery {
    OfferQuery(gpuCount: gpuCount, cloudTypes: cloudTypes, dataCenterIds: dataCenterIds)
  }

  /// The request with its greatest age as a time.
  ///
  /// - Throws: `Failure(.configurationInvalid)` for a time that has passed.
  func timed(at time: Date) throws -> PodRequest {
    var request = self
    request.maxLifetimeSeconds = nil
    request.terminateAfter = [terminateAfter, maxLifetimeSeconds.map { time + $0 }].compactMap { $0 }.min()
    for (name, deadline) in [("terminateAfter", request.terminateAfter), ("stopAfter", stopAfter)] {
      guard let deadline, deadline <= time else { continue }
      throw Failure(
        .configurationInvalid,
        "\(name) is \(deadline.formatted(.iso8601)), which has passed.",
        hint: "Give a time to come."
      )
    }
    return request
  }

  /// The request as it is sent: under its unique name, and with keys that sshd of the image will know.
  ///
  /// RunPod puts the account's registered keys into `PUBLIC_KEY` by itself unless the request sets it. Setting it is the
  /// surer way: there may be none registered, or not the one that we use.
  func prepared(intent: String, publicKeys: String?, tag: PodTag) -> PodRequest {
    var request = self
    request.env.merge(tag.environment) { _, ours in ours }
    request.name = intent
    if let publicKeys { request.env["PUBLIC_KEY"] = publicKeys }
    return request
  }
}

extension PodRecord {
  /// USD an hour that the whole pod may cost by its request; nil when that says nothing.
  var maxCostPerHour: Double? { (try? JSONValue(parsing: Array(request.utf8)))?["maxCostPerHour"]?.doubleValue }
}
