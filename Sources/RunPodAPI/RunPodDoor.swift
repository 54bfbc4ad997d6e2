package import HTTP
import Outside
package import Reporting
import Values

/// The choice between RunPod's APIs, from what the user has set.
package enum RunPodDoor {
  /// - Parameters:
  ///   - api: auto, graphql or rest.
  ///   - url: Of GraphQL, or of REST when its path ends in `/v2`.
  ///   - restURL: Of REST; nil: beside GraphQL, on the same host, so that the key goes nowhere that was not named.
  ///   - notice: Gets warnings: that RunPod has switched GraphQL off and REST is used instead, and of each value in its
  ///     answers that is left out because it is not what it should be.
  /// - Throws: `Failure(.configurationInvalid)` for settings that contradict each other.
  package static func open(
    api: String,
    url: String,
    restURL: String?,
    apiKey: Secret,
    transport: any HTTPTransport,
    notice: @escaping @Sendable (String) -> Void
  ) throws -> any PodProvider {
    let intake = Intake("RunPod", notice: notice)
    let identity = AccountIdentity(apiKey: apiKey)
    func rest(_ url: String) -> any PodProvider {
      RestPodProvider(url: url, apiKey: apiKey, transport: transport, identity: identity, intake: intake)
    }
    func graphQL() -> any PodProvider {
      GraphQLPodProvider(url: url, apiKey: apiKey, transport: transport, identity: identity, intake: intake)
    }
    for (name, url) in [("RUNPOD_API_URL", url), ("RUNPOD_REST_URL", restURL)] {
      // https://docs.runpod.io/api/errors: version 1 is retired on 15 Nov 2026.
      guard let url, bare(url).bytes.hasSuffix("/v1") || url.bytes.contains("//rest.runpod.io") else { continue }
      throw Failure(
        .configurationInvalid,
        "\(name) is \(url): RunPod retired version 1 of its REST API in November 2026.",
        hint: "Set it to version 2, https://api.runpod.io/v2."
      )
    }
    let isREST = bare(url).bytes.hasSuffix("/v2")
    switch api {
    case "graphql":
      if isREST { throw contradiction("RUNPOD_API is graphql, and RUNPOD_API_URL is REST's.") }
      return graphQL()
    case "rest":
      guard let restURL = isREST ? url : restURL ?? beside(url) else {
        throw contradiction("RUNPOD_API is rest, and RUNPOD_API_URL does not tell where that is.")
      }
      return rest(restURL)
    case "auto":
      if isREST { return rest(url) }
      guard let restURL = restURL ?? beside(url) else { return graphQL() }
      return FailoverPodProvider(graphQL: graphQL(), rest: rest(restURL), notice: notice)
    default:
      throw contradiction("RUNPOD_API is \(api), which is none of auto, graphql and rest.")
    }
  }

  private static func beside(_ url: String) -> String? {
    let bare = bare(url)
    return bare.bytes.before(suffix: "/graphql").map { $0 + "/v2" }
  }

  private static func bare(_ url: String) -> String { url.bytes.before(suffix: "/").map(String.init) ?? url }

  private static func contradiction(_ sentence: String) -> Failure {
    Failure(
      .configurationInvalid,
      sentence,
      hint: "Leave RUNPOD_API at auto, or set RUNPOD_API_URL or RUNPOD_REST_URL to REST's URL, which ends in /v2."
    )
  }
}
