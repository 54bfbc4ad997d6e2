import JSON
package import Reporting
package import RunPodAPI

/// The account's templates.
package enum TemplatesList: ServiceMethod {
  package typealias Params = PageParams

  package struct Result: Codable, Sendable {
    package var templates: [PodTemplate]
    package var nextCursor: String?

    package init(templates: [PodTemplate], nextCursor: String?) {
      self.templates = templates
      self.nextCursor = nextCursor
    }
  }

  package static let name = "templates/list"
  package static let summary =
    "Lists the account's own templates of pods. Their environment is left out: it may hold secrets."
  package static let params: [Schema.Field] = [.limit(1000), .cursor]
  package static let result = Schema.object([
    .init("templates", .array(.template), "The templates.", isRequired: true), .nextCursor,
  ])
  package static let errors: [Failure.Kind] = .runPod
  package static let examples = [
    Example(
      "all",
      result: [
        "templates": [
          [
            "id": "30zmvf89kd", "name": "trainer", "imageName": "runpod/pytorch:2.4.0", "containerDiskInGb": 50,
            "volumeInGb": 20, "volumeMountPath": "/workspace", "ports": "22/tcp",
          ]
        ]
      ]
    )
  ]
}
