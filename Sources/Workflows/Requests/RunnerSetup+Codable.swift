import Reporting
import RunPodAPI
import Runners

/// One flat object with the members of the pod, of the runner and of the terms. A token can be read, and is never written.
extension RunnerSetup: Codable {
  private enum CodingKeys: String, CodingKey { case runnerToken }

  package init(from decoder: any Decoder) throws {
    pod = try PodRequest(from: decoder)
    options = try RunnerOptions(from: decoder)
    terms = try RunnerSetupTerms(from: decoder)
    let token = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .runnerToken)
    runnerToken = token.map { Secret($0) }
  }

  package func encode(to encoder: any Encoder) throws {
    try pod.encode(to: encoder)
    try options.encode(to: encoder)
    try terms.encode(to: encoder)
  }
}
