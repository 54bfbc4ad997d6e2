import FoundationEssentials
import JSON
import Outside
import Storage
import Values

/// The contents of a `PODS_STATE_FILE`. Whatever else is in it, keys and entries that are not ours, is kept as it was.
struct StateFile {
  struct Malformed: Error { let reason: String }

  private var root: JSONObject

  init() { root = ["pods": .array([])] }

  init(_ bytes: [UInt8]) throws {
    root = try Self.object(bytes)
    guard let pods = root["pods"]?.arrayValue else { throw Malformed(reason: "it has no array \"pods\"") }
    guard pods.allSatisfy({ $0["id"]?.stringValue != nil }) else { throw Malformed(reason: "a pod has no \"id\"") }
  }

  /// An empty file, made with `touch` say, has no pods.
  private static func object(_ bytes: [UInt8]) throws -> JSONObject {
    let isEmpty = bytes.allSatisfy { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    if isEmpty { return StateFile().root }
    do {
      guard let object = try JSONValue(parsing: bytes).objectValue else {
        throw Malformed(reason: "it is not an object")
      }
      return object
    } catch let error as JSONParseError {
      throw Malformed(reason: "\(error.message) at byte \(error.offset)")
    }
  }

  var bytes: [UInt8] { JSONValue.object(root).serialized() + [UInt8(ascii: "\n")] }

  /// Those with an id that RunPod could have given.
  func entries(_ intake: Intake) -> [Entry] { (root["pods"]?.arrayValue ?? []).compactMap { Entry($0, intake) } }

  /// - Returns: Whether anything has changed.
  mutating func update(_ records: [PodRecord]) -> Bool {
    var pods = root["pods"]?.arrayValue ?? []
    var places: [ByteText: Int] = [:]
    for (place, pod) in pods.enumerated() { places[(pod["id"]?.stringValue ?? "").bytes] = place }
    for record in records {
      guard let id = record.podId else { continue }
      let place = places[id.bytes]
      var object = place.flatMap { pods[$0].objectValue } ?? ["id": .string(id)]
      object["status"] = .string(record.state.originalWord)
      if object["created"] == nil { object["created"] = .string(Self.text(record.created)) }
      object["last_updated"] = .string(Self.text(record.updated))
      if let place { pods[place] = .object(object) } else { pods.append(.object(object)) }
    }
    let before = root
    root["pods"] = .array(pods)
    return root != before
  }

  /// "2026-11-23T12:00:00Z".
  private static func text(_ date: Date) -> String { Date.ISO8601FormatStyle().format(date) }

  struct Entry {
    let id: String
    private let status: String
    private let created: Date?

    init?(_ value: JSONValue, _ intake: Intake) {
      guard let id: Identifier = intake.take(value["id"]?.stringValue, "the id of a pod") else { return nil }
      self.id = id.rawValue
      status = value["status"]?.stringValue ?? ""
      created = value["created"]?.stringValue.flatMap { try? Date.ISO8601FormatStyle().parse($0) }
    }

    func record(at time: Date) -> PodRecord {
      let status = PodStatus(originalWord: status)
      return PodRecord(
        intent: nil,
        podId: id,
        name: id,
        status: status.rawValue,
        isLive: status.isLive,
        imageName: "",
        gpuTypeId: "",
        gpuCount: 1,
        interruptible: false,
        created: created ?? time
      )
    }
  }
}

extension PodStatus {
  /// The word that the file has always had for it.
  var originalWord: String {
    switch self {
    case .pending, .starting: "PENDING"
    case .running, .stopping, .stopped, .terminating, .terminated, .failed, .lost:
      String(decoding: rawValue.utf8.map { $0.isLetter ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
  }

  /// PENDING pods have an id in this file, so they are rented.
  init(originalWord word: String) {
    self = PodStatus.allCases.last { $0.originalWord.bytes == word.bytes } ?? .starting
  }
}
