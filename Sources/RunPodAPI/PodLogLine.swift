/// A line of a pod's log.
package struct PodLogLine: Codable, Sendable, Hashable {
  package enum Source: String, Codable, Sendable, Hashable, CaseIterable {
    /// What the container's first process has printed.
    case container
    /// What the host says of it: how the image is pulled, when the container starts and ends.
    case system
  }

  /// When it was said, as RunPod writes it: ISO 8601.
  package var time: String
  /// nil when RunPod says something else than this version knows.
  package var source: Source?
  package var text: String
  /// Names the place after it to whoever asks for the rest.
  package var mark: String

  package init(time: String, source: Source?, text: String, mark: String = "") {
    self.time = time
    self.source = source
    self.text = text
    self.mark = mark
  }

  enum CodingKeys: CodingKey { case time, source, text }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      time: try values.decode(String.self, forKey: .time),
      source: try values.decodeIfPresent(Source.self, forKey: .source),
      text: try values.decode(String.self, forKey: .text)
    )
  }
}

/// Where in a pod's log to begin.
package enum PodLogStart: Sendable, Hashable {
  /// So many lines before its end: 5000 at most.
  case last(Int)
  /// After the line with this mark.
  case after(String)
}
