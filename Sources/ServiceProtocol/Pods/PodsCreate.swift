import JSON
package import Pods
package import Reporting
package import RunPodAPI

/// Rents a pod: a spot pod where one is cheaper, unless said otherwise.
package enum PodsCreate: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var request: PodRequest
    package var clientToken: String?

    private enum CodingKeys: CodingKey { case clientToken }

    package init(from decoder: any Decoder) throws {
      request = try PodRequest(from: decoder)
      clientToken = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .clientToken)
    }

    package func encode(to encoder: any Encoder) throws {
      try request.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encodeIfPresent(clientToken, forKey: .clientToken)
    }
  }

  package struct Result: Codable, Sendable {
    package var pod: Pod
    /// What ends the pod, and until when only a running service does.
    package var notes: [String]

    package init(pod: Pod) {
      self.pod = pod
      notes = [pod.noteOnItsEnd]
    }
  }

  package static let name = "pods/create"
  package static let summary =
    "Rents a pod and answers as soon as RunPod has one; pods/wait tells when it can be reached. It is a spot pod where one is "
    + "cheaper, else one on demand: the result says which, and its price. Several GPU types, clouds and data centres are tried "
    + "in order."
  package static let params: [Schema.Field] =
    rental + [
      .init(
        "clientToken",
        .string,
        "A text of the client's own for this pod. The same request sent again with it gets the same pod; without it, a "
          + "second one is rented."
      )
    ]
  package static let result = Schema.object([
    .pod,
    .init("notes", .array(.string), "What ends the pod, and until when only a running service does.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] =
    .runPod + [.noCapacity, .insufficientBalance, .notFound, .ambiguousOutcome, .conflict]
  package static let effect = Effect.spendsMoney
  package static let examples = [
    Example(
      "a spot pod, or one on demand where no spot pod is cheaper",
      params: ["imageName": "runpod/pytorch:2.4.0", "gpuTypeId": "NVIDIA GeForce RTX 4090", "name": "trainer"],
      result: ["pod": .exampleStartingPod, "notes": [.string(Pod.noDeadline)]]
    ),
    Example(
      "the first that there is, for half a dollar an hour at most",
      params: [
        "imageName": "runpod/pytorch:2.4.0", "gpuTypeId": ["NVIDIA GeForce RTX 4090", "NVIDIA L4"],
        "dataCenterId": ["EU-RO-1", "EU-SE-1"], "interruptible": "prefer", "bidPerGpu": "auto", "maxCostPerHour": 0.5,
      ],
      result: ["pod": .exampleStartingPod, "notes": [.string(Pod.noDeadline)]]
    ),
  ]

  /// What there is to say about a pod to rent; the second names are those of the original configuration files.
  static let rental: [Schema.Field] = [
    .init("imageName", .string, "The container image. Required unless templateId is set.", aliases: ["image"]),
    .init(
      "gpuTypeId",
      .oneOrMany(.string),
      "The GPU: RunPod's long name (\"NVIDIA GeForce RTX 4090\") or what people call it (\"4090\", \"h100 sxm\"), or several to "
        + "try in this order. Required unless cpuFlavorId is set.",
      aliases: ["gpuTypeIds", "gpuType", "gpu_type"]
    ),
    .init("gpuCount", .integer(minimum: 1, maximum: 1000), "How many GPUs.", default: 1, aliases: ["gpu_count"]),
    .init(
      "bidPerGpu",
      .either([.dollars, .word(["auto"])]),
      "The most to bid for a spot pod, in USD an hour for each GPU; auto: a fifth above the lowest bid that RunPod takes. It "
        + "does not limit a pod on demand: maxCostPerHour limits both.",
      default: "auto",
      aliases: ["bidPrice", "bid_price"]
    ),
    .init(
      "interruptible",
      .either([.boolean, .word(["prefer"])]),
      "Whether it is a spot pod: cheaper, and lost when someone bids more. prefer: on demand where no spot pod is cheaper. "
        + "RunPod's REST API has no spot pods.",
      default: "prefer"
    ),
    .init("maxCostPerHour", .dollars, "USD for the whole pod; bids stay below it as well."),
    .init(
      "containerDiskInGb",
      .gigabytes(minimum: 1),
      "Wiped when the pod stops. Defaults to 50, or to what the template says."
    ),
    .init(
      "volumeInGb",
      .gigabytes(),
      "Kept while the pod is stopped. Defaults to 50, or to what the template says; 0 for CPU pods and beside a network "
        + "volume. RunPod's REST API takes 0, or 10 and more."
    ),
    .init("volumeMountPath", .string, "Where the volume is in the container. Defaults to /workspace."),
    .init(
      "networkVolumeId",
      .string,
      "A network volume (volumes/list) in the place of the pod's own: SECURE machines of its data centre only."
    ),
    .init(
      "templateId",
      .string,
      "A template (templates/list) that fills in the image, disks and environment that are left out here. Its ports are not "
        + "taken: ports says what is open."
    ),
    .init("containerRegistryAuthId", .string, "Credentials (registries/list) with which RunPod pulls a private image."),
    .init("allowedCudaVersions", .oneOrMany(.string), "CUDA versions of the host's driver, any of these: \"12.8\"."),
    .init("minCudaVersion", .string, "The lowest CUDA version of the host's driver: \"12.4\"."),
    .init("cpuFlavorId", .string, "A pod without GPUs, of this kind of CPU: \"cpu3c\"."),
    .init("vcpuCount", .integer(minimum: 2, maximum: 256), "Of a CPU pod: a power of two. Defaults to 2."),
    .init("countryCode", .string, "Where, by ISO 3166-1: \"SE\". Only RunPod's GraphQL API has it."),
    .init("globalNetworking", .boolean, "Joins the account's private network across data centres.", default: false),
    .init("startJupyter", .boolean, "RunPod's images start JupyterLab; open 8888/http for it.", default: false),
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
