import JSON
import Values

/// A pod in an answer of either API: its members, checked as they are taken. What does not fit is nil, and warned of.
struct PodEntry {
  let id: String
  private let json: JSONValue
  private let intake: Intake

  /// - Returns: nil for null, and for an entry without a proper id, which nothing can be done to.
  init?(_ json: JSONValue, _ intake: Intake) {
    guard json.objectValue != nil else { return nil }
    guard let id = json["id"]?.stringValue, !id.isEmpty else {
      intake.warn("lists a pod without an id")
      return nil
    }
    guard let checked: Identifier = intake.take(id, "the id of a pod") else { return nil }
    self.id = checked.rawValue
    self.json = json
    self.intake = intake
  }

  /// A name for people.
  func label(_ member: String) -> String? { label(member, in: json) }

  /// The same of an object within the pod.
  func label(_ member: String, in object: JSONValue?) -> String? {
    intake.take(object?[member]?.stringValue, "the \(member) of pod \(id)", as: Label.self)?.rawValue
  }

  /// An id or a word.
  func word(_ member: String) -> String? { word(member, in: json) }

  /// The same of an object within the pod.
  func word(_ member: String, in object: JSONValue?) -> String? {
    intake.take(object?[member]?.stringValue, "the \(member) of pod \(id)", as: Identifier.self)?.rawValue
  }

  func host(_ value: JSONValue?) -> HostName? { intake.take(value?.stringValue, "the host of pod \(id)") }

  func port(_ value: JSONValue?) -> PortNumber? { intake.take(value?.wholeNumber, "a port of pod \(id)") }
}
