import Reporting
import Values

extension ConnectFault {
  /// What the caller hears.
  func failure(target: SSHTarget, knownHosts: KnownHosts, attempts: Int) async -> Failure {
    switch self {
    case .refusedKey: await refusedKey(target)
    case .hostKeyChanged(let offered): await changedKey(target, knownHosts, offered)
    case .unusableKey(let line):
      Failure(
        .configurationInvalid,
        "The SSH key cannot be used: \(line).",
        hint: "Set SSH_KEY_PATH to a private key of OpenSSH's that only you can read (chmod 600).",
        details: ["path": target.identityFile ?? ""]
      )
    case .hungAgent(let path):
      Failure(
        .environmentIncomplete,
        "The SSH agent at \(path) does not answer, and so no login to \(target.display) is possible.",
        hint: "Start the agent again, or unset SSH_AUTH_SOCK and set SSH_KEY_PATH to a key without a passphrase.",
        retryable: true,
        details: ["reason": "hungAgent", "path": path]
      )
    case .incompatible(let line):
      Failure(
        .sshUnreachable,
        "No connection to \(target.display) is possible: \(line).",
        hint: "Update the OpenSSH client here or the server on the pod.",
        retryable: false
      )
    case .transient(let obstacle, let words):
      Failure(
        .sshUnreachable,
        "\(target.display) could not be reached in \(attempts) \(attempts == 1 ? "try" : "tries"): \(words).",
        hint: obstacle.hint,
        details: ["host": "\(target.host)", "port": "\(target.port)", "reason": obstacle.rawValue]
      )
    }
  }

  private func refusedKey(_ target: SSHTarget) async -> Failure {
    guard let path = target.identityFile else {
      return Failure(
        .sshAuthentication,
        "\(target.display) accepts none of your SSH keys.",
        hint: """
          \(Self.userHint(target))\
          Set SSH_KEY_PATH to the private key whose public half is in your RunPod settings; one with a passphrase must be \
          held by an SSH agent.
          """
      )
    }
    if await ClientKey.isProtected(path) {
      return Failure(
        .sshAuthentication,
        "The SSH key \(path) is protected by a passphrase, and no SSH agent holds it.",
        hint: "Run ssh-add \(path), or use a key without a passphrase.",
        details: ["path": path]
      )
    }
    return Failure(
      .sshAuthentication,
      "\(target.display) does not accept the SSH key \(path).",
      hint: Self.userHint(target)
        + "Add its public half to your RunPod settings or to the pod's ~/.ssh/authorized_keys.",
      details: ["path": path]
    )
  }

  /// A server does not tell whether it is the user or the key that it does not know.
  private static func userHint(_ target: SSHTarget) -> String {
    target.username == .root
      ? "" : "Pods mostly know nobody but root: see whether \(target.username) is right (SSH_USERNAME). "
  }

  private func changedKey(_ target: SSHTarget, _ knownHosts: KnownHosts, _ offered: String?) async -> Failure {
    let pinned = (try? await knownHosts.fingerprints(target)) ?? []
    return Failure(
      .hostKeyChanged,
      "The host key of pod \(target.podId) is \(offered ?? "another one") and not \(pinned.joined(separator: " or ")).",
      hint: """
        Someone may be in between. If you know that the pod's disk was reset, accept the new key: ssh/connect with \
        acceptHostKey \(offered.debugDescription).
        """,
      details: [
        "pinnedFingerprint": pinned.joined(separator: " "),
        "offeredFingerprint": offered ?? "",
        "path": knownHosts.path(target),
      ]
    )
  }
}

extension ConnectFault.Obstacle {
  fileprivate var hint: String {
    switch self {
    case .refused:
      "The SSH server has not started yet, or the pod's image has none: wait for it with pods/wait, or use another image."
    case .unreachable:
      "See whether the pod is running (pods/status) and whether a firewall here keeps you from its port."
    case .silent: "The pod is very busy or its SSH server hangs: allow more time, or restart the pod."
    case .hungUp:
      "The SSH server is just starting or ending, or has too many connections: try again, or restart the pod."
    case .other: "See whether the pod is running and its SSH server has started."
    }
  }
}
