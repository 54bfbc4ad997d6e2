package import Environment
import JSON
package import Reporting

/// The effective settings and where each comes from; secrets are masked.
package enum EnvironmentShow: ServiceMethod {
  package typealias Params = NoParams

  package struct Setting: Codable, Sendable {
    package var name: String
    package var value: String?
    package var source: SettingSource
    package var defaultValue: String?
    package var summary: String

    package init(name: String, value: String?, source: SettingSource, defaultValue: String?, summary: String) {
      self.name = name
      self.value = value
      self.source = source
      self.defaultValue = defaultValue
      self.summary = summary
    }

    private enum CodingKeys: String, CodingKey {
      case name, value, source, summary
      case defaultValue = "default"
    }
  }

  package struct Result: Codable, Sendable {
    package var settings: [Setting]
    package var stateFile: String
    package var configurationFile: String

    package init(settings: [Setting], stateFile: String, configurationFile: String) {
      self.settings = settings
      self.stateFile = stateFile
      self.configurationFile = configurationFile
    }
  }

  package static let name = "environment/show"
  package static let summary = "Shows every setting's effective value and where it comes from; secrets are masked."
  package static let result = Schema.object([
    .init(
      "settings",
      .array(
        .object([
          .init("name", .string, "The environment variable.", isRequired: true),
          .init("value", .string, "Absent when not set; secrets are masked."),
          .init("source", .word(SettingSource.allCases.map(\.rawValue)), "Who says so.", isRequired: true),
          .init("default", .string, "What it is when nobody says anything."),
          .init("summary", .string, "What it is for.", isRequired: true),
        ])
      ),
      "Every setting, alphabetical.",
      isRequired: true
    ),
    .init("stateFile", .string, "Where the books are kept.", isRequired: true),
    .init("configurationFile", .string, "Where a configuration file would be read.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = [.configurationInvalid]
  package static let examples = [
    Example(
      "settings",
      result: [
        "settings": [
          [
            "name": "GITHUB_API_URL", "value": "https://api.github.com", "source": "environment",
            "default": "https://api.github.com", "summary": "GitHub's REST API.",
          ],
          [
            "name": "SSH_USERNAME", "value": "root", "source": "default", "default": "root",
            "summary": "Who logs in on pods.",
          ],
        ],
        "stateFile": "/home/me/.local/state/runpod-rpc/state.sqlite",
        "configurationFile": "/home/me/.config/runpod-rpc/config.json",
      ]
    )
  ]
}
