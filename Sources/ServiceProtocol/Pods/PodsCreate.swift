import JSON
package import Reporting
package import RunPodAPI

/// Rents a pod: a spot pod unless said otherwise.
package enum PodsCreate: ServiceMethod {
  package typealias Params = PodRequest
  package typealias Result = PodResult

  package static let name = "pods/create"
  package static let summary =
    "Rents a pod and answers as soon as RunPod has one; pods/wait tells when it can be reached. Several GPU types, clouds and "
    + "data centres are tried in order."
  package static let params: [Schema.Field] = rental
  package static let result = Schema.object([.pod])
  package static let errors: [Failure.Kind] = .runPod + [.noCapacity, .insufficientBalance, .ambiguousOutcome]
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "a spot pod",
      params: ["imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA GeForce RTX 4090", "name": "trainer"],
      result: ["pod": .exampleStartingPod]
    ),
    Example(
      "the first that there is, for half a dollar an hour at most",
      params: [
        "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": ["NVIDIA GeForce RTX 4090", "NVIDIA L4"],
        "dataCenterId": ["EU-RO-1", "EU-SE-1"], "interruptible": "prefer", "bidPerGpu": "auto", "maxCostPerHour": 0.5,
      ],
      result: ["pod": .exampleStartingPod]
    ),
  ]

  /// What there is to say about a pod to rent; the second names are those of the original configuration files.
  static let rental: [Schema.Field] = [
    .init("imageName", .string, "The container image.", isRequired: true, aliases: ["image"]),
    .init(
      "gpuTypeId",
      .oneOrMany(.string),
      "RunPod's long name of the GPU, \"NVIDIA GeForce RTX 4090\", or several to try in this order.",
      isRequired: true,
      aliases: ["gpuTypeIds", "gpuType", "gpu_type"]
    ),
    .init("gpuCount", .integer(minimum: 1, maximum: 1000), "How many GPUs.", default: 1, aliases: ["gpu_count"]),
    .init(
      "bidPerGpu",
      .either([.dollars, .word(["auto"])]),
      "USD an hour for each GPU of a spot pod; auto: a fifth above the lowest bid that RunPod takes.",
      default: 0.5,
      aliases: ["bidPrice", "bid_price"]
    ),
    .init(
      "interruptible",
      .either([.boolean, .word(["prefer"])]),
      "A spot pod: cheaper, and lost when someone bids more. prefer: on demand where there is none.",
      default: true
    ),
    .init("maxCostPerHour", .dollars, "USD for the whole pod; bids stay below it as well."),
    .init("containerDiskInGb", .gigabytes(minimum: 1), "Wiped when the pod stops.", default: 50),
    .init("volumeInGb", .gigabytes(), "Kept while the pod is stopped.", default: 50),
    .init("minVcpuCount", .integer(minimum: 1, maximum: 10_000), "At least so many virtual CPUs.", default: 1),
    .init("minMemoryInGb", .gigabytes(minimum: 1), "At least so much memory.", default: 4),
    .init("ports", .string, "Ports to open: \"22/tcp,8888/http\".", default: "22/tcp"),
    .init(
      "env",
      .map(.string),
      "Environment variables of the container. Anyone in the account can read them.",
      default: [:]
    ),
    .init("name", .string, "The pod's name; something unique is added to it.", default: ""),
    .init("dockerArgs", .string, "The container's command."),
    .init(
      "cloudType",
      .oneOrMany(.word(["ALL", "SECURE", "COMMUNITY"])),
      "Whose machines, or several to try in this order. When absent: ALL by GraphQL, SECURE by REST.",
      aliases: ["cloudTypes"]
    ),
    .init(
      "dataCenterId",
      .oneOrMany(.string),
      "Where: \"EU-RO-1\", or several to try in this order.",
      aliases: ["dataCenterIds"]
    ),
    .init("terminateAfter", .time, "When the pod is terminated."),
    .init("stopAfter", .time, "When it is stopped."),
    .init("maxLifetimeSeconds", .seconds(minimum: 1), "After which it is terminated, counted from now."),
    .init(
      "idleTimeoutSeconds",
      .seconds(minimum: 1),
      "Without a job of a GitHub runner for so long, it is terminated; counted from when it is ready."
    ),
    .init("maxCost", .dollars, "USD in all, after which it is terminated."),
  ]
}
