package import FoundationEssentials
import Outside
package import Reporting

/// What to say about a stage: to those who watch, and to those who waited in vain.
extension PodReadiness {
  /// The stage's stable name.
  package var stageName: String {
    switch stage {
    case .waitingForHost: "waitingForHost"
    case .waitingForPorts: "waitingForPorts"
    case .waitingForSSHD: "waitingForSSHD"
    case .ready: "ready"
    case .failed: "failed"
    }
  }

  /// What is being waited for, in a few words.
  package var summary: String {
    switch stage {
    case .waitingForHost: "waiting for the host to start the container"
    case .waitingForPorts: "waiting for a public SSH port"
    case .waitingForSSHD: "waiting for the SSH server to answer"
    case .ready: "ready"
    case .failed: "ended"
    }
  }

  /// A rough share of the way, which never falls from stage to stage.
  package var fraction: Double {
    switch stage {
    case .waitingForHost: 0.1
    case .waitingForPorts: 0.5
    case .waitingForSSHD: 0.8
    case .ready, .failed: 1
    }
  }

  /// What to do when this stage does not end.
  package var advice: String {
    switch stage {
    case .waitingForHost:
      "The host is most likely still pulling the image, which can take up to 20 minutes; wait longer, use a smaller image, "
        + "or terminate the pod and try another host."
    case .waitingForPorts:
      "The host has given no public port for 22: check that the ports include 22/tcp; community hosts without a public IP "
        + "never get one, so use cloudType SECURE."
    case .waitingForSSHD where restarts > 0:
      "The container has started anew at least \(restarts) times: its command exits. Check dockerArgs and the image."
    case .waitingForSSHD:
      "The port is mapped and nothing answers as an SSH server behind it: the image must start sshd and honour PUBLIC_KEY, "
        + "as RunPod's own images do."
    case .ready: "Nothing needs to be done."
    case .failed(let end): end.advice
    }
  }

  /// What becomes of a pod that was waited for in vain, unless whoever waited does something to it.
  package static let fate = " It was left running."

  /// The failure of a wait whose time was up.
  package func timeout(podId: String, after limit: Duration, at time: Date) -> Failure {
    Failure(
      .timeout,
      "Pod \(podId) was not ready after \(limit.components.seconds) s: it has been \(summary) "
        + "for \(Int(limited: age(at: time))) s." + Self.fate,
      hint: advice,
      resources: ["podId": podId],
      details: ["stage": stageName, "stageAgeSeconds": String(Int(limited: age(at: time)))]
    )
  }
}

extension PodEnd {
  package var advice: String {
    switch self {
    case .badImage: "Check that the image name and tag exist and that RunPod may pull it, then create a new pod."
    case .exited(let change) where change.bytes.contains("balance"):
      "Add funds to the RunPod account, then resume the pod."
    case .exited: "Resume the pod, or terminate it and create another."
    case .outbid: "Resume it with a higher bid, or create a pod that is not interruptible."
    case .terminated, .vanished: "Create a new pod."
    }
  }

  /// The failure of a wait that the pod did not survive.
  package func failure(podId: String) -> Failure {
    switch self {
    case .badImage:
      Failure(
        .apiFailure,
        "RunPod ended pod \(podId) before its container ran: the image could not be pulled or started.",
        hint: advice,
        retryable: false,
        resources: ["podId": podId],
        details: ["stage": "failed"]
      )
    case .exited(let change):
      Failure(.conflict, "Pod \(podId) is stopped\(change.inBrackets).", hint: advice, resources: ["podId": podId])
    case .outbid:
      Failure(
        .noCapacity,
        "Pod \(podId) was outbid: a spot pod ends when someone bids more.",
        hint: advice,
        resources: ["podId": podId]
      )
    case .terminated(let change):
      Failure(.notFound, "Pod \(podId) was terminated\(change.inBrackets).", hint: advice, details: ["podId": podId])
    case .vanished:
      Failure(.notFound, "Pod \(podId) is no longer in the account.", hint: advice, details: ["podId": podId])
    }
  }
}

extension String {
  /// " (Exited by user: …)", nothing when nothing is said.
  fileprivate var inBrackets: String { isEmpty ? "" : " (\(self))" }
}
