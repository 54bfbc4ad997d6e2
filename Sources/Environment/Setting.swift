import Outside

/// One thing that users can set, by an environment variable, an option of `initialize`, the configuration file or a flag.
package struct Setting: Sendable, Hashable {
  /// The environment variable: `RUNPOD_API_URL`.
  package let variable: String
  /// The name in `initialize` and in the configuration file: `runpodApiUrl`.
  package let option: String
  package let summary: String
  package let defaultValue: String?
  /// Where to get one, for settings without a default.
  package let advice: String?
  package let isSecret: Bool
  /// Whether it is only yes or no: its flag takes no value.
  package let isSwitch: Bool

  private init(
    _ variable: String,
    _ option: String,
    _ summary: String,
    default defaultValue: String? = nil,
    advice: String? = nil,
    isSecret: Bool = false,
    isSwitch: Bool = false
  ) {
    self.variable = variable
    self.option = option
    self.summary = summary
    self.defaultValue = defaultValue
    self.advice = advice
    self.isSecret = isSecret
    self.isSwitch = isSwitch
  }

  /// What to do about a secret that is in it and does not belong there.
  package var misplacedSecretAdvice: String {
    self == .sshKeyPath
      ? "Write the private key to a file that only you can read (chmod 600), and set SSH_KEY_PATH to the path of that file."
      : "Set \(variable) to what it is for: \(summary)"
  }

  /// The flag of the command line: `--runpod-api-url`. Secrets have none: argument lists are there for all to read.
  package var flag: String? {
    isSecret ? nil : "--" + variable.bytes.lowercased.bytes.split("_").joined(separator: "-")
  }
}

extension Setting {
  package static let askBeforeSpending = Setting(
    "ASK_BEFORE_SPENDING",
    "askBeforeSpending",
    "yes: the user is asked before an agent spends money, with the price and the budget, if the agent's host can ask.",
    default: "no",
    isSwitch: true
  )
  package static let githubApiUrl = Setting(
    "GITHUB_API_URL",
    "githubApiUrl",
    "GitHub's REST API; https://HOST/api/v3 for an enterprise server.",
    default: "https://api.github.com"
  )
  package static let githubToken = Setting(
    "GITHUB_TOKEN",
    "githubToken",
    "Mints registration and remove tokens and lists runners.",
    advice: "Make a token with \"Administration\" write on the repository (or classic \"repo\") at "
      + "https://github.com/settings/tokens and set GITHUB_TOKEN.",
    isSecret: true
  )
  package static let jobGrace = Setting(
    "JOB_GRACE_SECONDS",
    "jobGraceSeconds",
    "How long a job that still runs when a runner's pod has lived for its default day may go on; 0: no longer.",
    default: "3600"
  )
  package static let maxCostPerHour = Setting(
    "MAX_COST_PER_HOUR",
    "maxCostPerHour",
    "USD an hour that all pods together may cost. Without it there is no limit of ours."
  )
  package static let podsStateFile = Setting(
    "PODS_STATE_FILE",
    "podsStateFile",
    "A JSON file of pods for scripts that read it: read in once, then kept up to date."
  )
  package static let readOnly = Setting(
    "READ_ONLY",
    "readOnly",
    "yes: only methods and tools that change nothing are there.",
    default: "no",
    isSwitch: true
  )
  package static let recover = Setting(
    "RECOVER",
    "recover",
    "What becomes of workflows whose server died: resume, undo, or ask, which leaves them to workflows/resume and cancel.",
    default: "resume"
  )
  package static let runpodApi = Setting(
    "RUNPOD_API",
    "runpodApi",
    "auto: GraphQL, and REST v2 once RunPod has switched GraphQL off. Or graphql, or rest.",
    default: "auto"
  )
  package static let runpodApiKey = Setting(
    "RUNPOD_API_KEY",
    "runpodApiKey",
    "The key to the RunPod account.",
    advice: "Make a key at https://console.runpod.io/user/settings and set RUNPOD_API_KEY.",
    isSecret: true
  )
  package static let runpodApiUrl = Setting(
    "RUNPOD_API_URL",
    "runpodApiUrl",
    "RunPod's GraphQL API, or its REST API when it ends in /v2.",
    default: "https://api.runpod.io/graphql"
  )
  package static let runpodRestUrl = Setting(
    "RUNPOD_REST_URL",
    "runpodRestUrl",
    "RunPod's REST API. Without it, /v2 beside the GraphQL API."
  )
  package static let sshKeyPath = Setting(
    "SSH_KEY_PATH",
    "sshKeyPath",
    "The private key for pods. Without it, what the SSH agent and ~/.ssh offer, else one made for this service."
  )
  package static let sshUserConfig = Setting(
    "SSH_USER_CONFIG",
    "sshUserConfig",
    "yes: ~/.ssh/config and the system's SSH configuration count for pods too.",
    default: "no"
  )
  package static let sshUsername = Setting(
    "SSH_USERNAME",
    "sshUsername",
    "Who logs in on pods.",
    default: "root"
  )
  package static let tools = Setting(
    "TOOLS",
    "tools",
    "The tools that agents are offered, by their nouns or names: pods,ssh,workflows_wait. Without it, all of them."
  )
  package static let workDir = Setting(
    "WORK_DIR",
    "workDir",
    "Where runners are installed on pods.",
    default: "/opt/actions-runner"
  )

  /// Every setting, alphabetical: the only list.
  package static let all: [Setting] = [
    .askBeforeSpending, .githubApiUrl, .githubToken, .jobGrace, .maxCostPerHour, .podsStateFile, .readOnly, .recover,
    .runpodApi, .runpodApiKey, .runpodApiUrl, .runpodRestUrl, .sshKeyPath, .sshUserConfig, .sshUsername, .tools,
    .workDir,
  ]

  /// The setting of this name, as a variable or as an option.
  package static func named(_ name: String) -> Setting? {
    all.first { $0.variable.bytes == name.bytes || $0.option.bytes == name.bytes }
  }
}
