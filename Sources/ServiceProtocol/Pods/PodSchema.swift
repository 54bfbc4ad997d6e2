import JSON
package import Pods
import Reporting
import RunPodAPI

extension Schema {
  /// A pod as our books know it.
  static let pod = Schema.object([
    .init("id", .string, "RunPod's id; absent while a creation is pending and when it failed."),
    .init("name", .string, "Unique among the pods of this service.", isRequired: true),
    .init("status", .word(PodStatus.allCases.map(\.rawValue)), "Where it is in its life.", isRequired: true),
    .init("desiredStatus", .string, "RunPod's own word: RUNNING, EXITED, TERMINATED."),
    .init("imageName", .string, "The container image.", isRequired: true),
    .init("gpuTypeId", .string, "RunPod's long name of the GPU; empty for a CPU pod.", isRequired: true),
    .init("gpuCount", .integer(minimum: 0), "How many GPUs.", isRequired: true),
    .init("interruptible", .boolean, "Whether it is a spot pod.", isRequired: true),
    .init("costPerHour", .number(), "USD."),
    .init("host", .string, "The public address of its SSH server, while it is running."),
    .init("sshPort", .integer(minimum: 1, maximum: 65535), "The public port of its SSH server."),
    .init("machineId", .string, "RunPod's id of its host."),
    .init("cloudType", .string, "SECURE or COMMUNITY, as far as it was asked for or told."),
    .init("dataCenterId", .string, "Where it is, as far as it was asked for or told."),
    .init("lastStatusChange", .string, "RunPod's sentence about the last change."),
    .init("terminateAfter", .time, "When it is terminated: by its time, or because it has cost maxCost by then."),
    .init("jobGraceSeconds", .number(), "How long a job of a GitHub runner may go on after terminateAfter."),
    .init("stopAfter", .time, "When it is stopped."),
    .init("idleTimeoutSeconds", .number(), "Without a job of a GitHub runner for so long, it is terminated."),
    .init("maxCost", .number(), "USD in all."),
    .init(
      "deadlineKeeper",
      .word(DeadlineKeeper.allCases.map(\.rawValue)),
      "What ends or stops the pod at its deadline. pod: a process on the pod, and every runpod-rpc that runs. service: only a "
        + "runpod-rpc that runs, or runpod-rpc reap. RunPod itself does not."
    ),
    .init("created", .time, "When it was asked for.", isRequired: true),
    .init("updated", .time, "When anything about it changed last.", isRequired: true),
  ])

  /// A pod as RunPod describes it.
  static let remotePod = Schema.object([
    .init("id", .string, "RunPod's id.", isRequired: true),
    .init("name", .string, "Its name.", isRequired: true),
    .init("desiredStatus", .string, "RUNNING, EXITED, TERMINATED or ERROR.", isRequired: true),
    .init("lastStatusChange", .string, "A sentence about the last change."),
    .init("imageName", .string, "The container image."),
    .init("machineId", .string, "The host."),
    .init("podHostId", .string, "Its name at RunPod's SSH proxy."),
    .init("cloudType", .string, "SECURE or COMMUNITY."),
    .init("dataCenterId", .string, "Where it is."),
    .init("gpuTypeId", .string, "RunPod's long name of the GPU."),
    .init("gpuCount", .integer(minimum: 0), "How many GPUs."),
    .init("costPerHour", .number(), "USD."),
    .init("volumeInGb", .integer(minimum: 0), "Kept, and paid for, while it is stopped."),
    .init("interruptible", .boolean, "Whether it is a spot pod."),
    .init(
      "tag",
      .object([
        .init("ownerId", .string, "The installation that created it."),
        .init("owner", .string, "The person and the machine: \"user@host\"."),
        .init("created", .time, "When it was asked for."),
        .init("terminateAfter", .time, "When it is to be terminated."),
        .init("stopAfter", .time, "When it is to be stopped."),
        .init("maxCost", .number(), "USD in all."),
        .init("unreadable", .array(.string), "Variables whose values cannot be read.", isRequired: true),
      ]),
      "What its environment says of its owner and its deadline, as it was when the pod was created."
    ),
    .init(
      "runtime",
      .object([
        .init("uptimeInSeconds", .integer(), "Since the container started."),
        .init(
          "ports",
          .array(
            .object([
              .init("ip", .string, "The address."),
              .init("isIpPublic", .boolean, "Whether it can be reached from outside.", isRequired: true),
              .init("privatePort", .integer(), "In the container.", isRequired: true),
              .init("publicPort", .integer(), "Outside."),
              .init("type", .string, "tcp or http."),
            ])
          ),
          "Its ports.",
          isRequired: true
        ),
      ]),
      "What its host says of the container."
    ),
  ])
}

extension Schema.Field {
  static let podId = Schema.Field("podId", .string, "RunPod's id of the pod.", isRequired: true)
  static let pod = Schema.Field("pod", .pod, "The pod.", isRequired: true)

  static func timeout(_ seconds: Int, _ summary: String) -> Schema.Field {
    .init("timeoutSeconds", .seconds(), summary, default: .integer(seconds))
  }
}

extension [Failure.Kind] {
  /// What every call to RunPod can fail with.
  static let runPod: [Failure.Kind] = [
    .environmentIncomplete, .configurationInvalid, .storeFailure, .unauthorized, .forbidden, .rateLimited, .apiRetired,
    .apiFailure, .networkFailure, .timeout,
  ]
}

/// Params of the methods about one pod.
package struct PodParams: Codable, Sendable {
  package var podId: String
}

/// Results that are one pod.
package struct PodResult: Codable, Sendable {
  package var pod: Pod

  package init(pod: Pod) { self.pod = pod }
}

extension JSONValue {
  /// The pod of the examples, that can be reached.
  static let examplePod = examplePod(.running, ["host": "203.0.113.7", "sshPort": 10022])
  /// It when it was just rented or resumed.
  static let exampleStartingPod = examplePod(.starting)
  static let exampleStoppedPod = examplePod(.stopped)
  static let exampleTerminatedPod = examplePod(.terminated)

  private static func examplePod(_ status: PodStatus, _ members: JSONObject = [:]) -> JSONValue {
    var pod: JSONObject = [
      "id": "50qynxzilsxoey", "name": "trainer-s1txj8n50k3k", "status": .string(status.rawValue),
      "desiredStatus": status == .stopped ? "EXITED" : "RUNNING", "imageName": "runpod/pytorch:2.4.0",
      "gpuTypeId": "NVIDIA GeForce RTX 4090", "gpuCount": 1, "interruptible": true, "costPerHour": 0.29,
    ]
    for (name, value) in members { pod[name] = value }
    pod["machineId"] = "hpvdausak8xb"
    pod["created"] = "2026-11-23T12:00:00Z"
    pod["updated"] = "2026-11-23T12:00:40Z"
    return .object(pod)
  }
}
