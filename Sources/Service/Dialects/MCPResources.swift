import JSON
import JSONRPC
import Outside
import Pods
import Reporting
import ServiceProtocol

/// Pods and workflows as resources: what a host offers its user to pick from, and an agent reads by name.
struct MCPResources: Sendable {
  /// How many things are asked for at a time.
  private static let pageSize = 50

  private let handlers: [String: Router.Handler]
  private let tools: MCPTools

  init(_ parts: DialectParts, _ tools: MCPTools) {
    handlers = parts.handlers
    self.tools = tools
  }

  /// Those whose tools are offered: what an agent may not call, it may not read either.
  private var shelves: [Shelf] {
    get async {
      let names = ToolNames(await tools.offered)
      return Shelf.allCases.filter { names.has($0.tool) }
    }
  }

  /// How any of them is named, those too that no list has.
  func templates(_ revision: MCPRevision) async -> JSONValue {
    let templates = await shelves.map { shelf -> JSONValue in
      [
        "uriTemplate": .string("\(shelf.address){\(shelf.member)Id}"), "name": .string(shelf.member),
        "description": .string("What \(shelf.tool) answers."), "mimeType": "application/json",
      ]
    }
    return MCP.complete(["resourceTemplates": .array(templates)], revision, .version)
  }

  /// Live pods and all workflows, newest first.
  func list(_ params: JSONValue?, _ revision: MCPRevision, _ context: RequestContext) async throws -> JSONValue {
    var place: Place? = try Place(cursor: params?["cursor"])
    var resources: [JSONValue] = []
    while let here = place, resources.count < Self.pageSize {
      let page = try await page(here, context)
      resources += page?[here.shelf.rawValue]?.arrayValue?.compactMap(here.shelf.resource) ?? []
      place = here.next(page?["nextCursor"]?.stringValue)
    }
    var result: JSONObject = ["resources": .array(resources)]
    result["nextCursor"] = place.map { .string($0.cursor) }
    return MCP.complete(result, revision, .moment)
  }

  func read(_ params: JSONValue?, _ revision: MCPRevision, _ context: RequestContext) async throws -> JSONValue {
    guard let uri = params?["uri"]?.stringValue else {
      throw InvalidParams(path: "uri", expected: "the uri of a resource of resources/list")
    }
    guard let shelf = await shelves.first(where: { uri.bytes.hasPrefix($0.address) }) else {
      throw MCPResources.unknown(uri, revision)
    }
    let thing: JSONValue
    do {
      let id = JSONValue.string(String(Substring(uri.utf8.dropFirst(shelf.address.utf8.count))))
      thing = try await call("\(shelf.rawValue)/get", ["\(shelf.member)Id": id], context)
    } catch let failure as Failure where failure.kind == .notFound {
      throw MCPResources.unknown(uri, revision)
    }
    let text = tools.names.translated(thing).text
    let content: JSONValue = ["uri": .string(uri), "mimeType": "application/json", "text": .string(text)]
    return MCP.complete(["contents": [content]], revision, .moment)
  }

  /// - Returns: nil when there is no account whose things could be listed.
  private func page(_ place: Place, _ context: RequestContext) async throws -> JSONValue? {
    guard await shelves.contains(place.shelf) else { return nil }
    var params: JSONObject = ["limit": .integer(Self.pageSize)]
    params["cursor"] = place.inner.map { .string($0) }
    do {
      return try await call("\(place.shelf.rawValue)/list", .object(params), context)
    } catch let failure as Failure where failure.kind == .environmentIncomplete {
      return nil
    }
  }

  private func call(_ method: String, _ params: JSONValue, _ context: RequestContext) async throws -> JSONValue {
    guard case .task(let begin)? = handlers[method] else { throw ErrorObject.noMethod(method) }
    return try await begin(params, context)()
  }

  private static func unknown(_ uri: String, _ revision: MCPRevision) -> ErrorObject {
    // The newest revision has retired the code that the others have for it.
    let code = revision.hasHandshake ? ErrorCode(rawValue: -32002) : .invalidParams
    return ErrorObject(code, "There is no resource \(uri).", data: ["uri": .string(uri)])
  }
}

/// The nouns whose things are resources.
private enum Shelf: String, CaseIterable {
  case pods, workflows

  /// The tool that answers the same.
  var tool: String { "\(rawValue)_get" }
  var member: String { self == .pods ? "pod" : "workflow" }
  var address: String { "runpod://\(rawValue)/" }

  /// A thing as a list of resources has it; nil for a pod that is no more.
  @Sendable func resource(_ thing: JSONValue) -> JSONValue? {
    guard let id = thing["id"]?.stringValue else { return nil }
    let name: String
    let state: String?
    switch self {
    case .pods:
      state = thing["status"]?.stringValue
      guard state.flatMap(PodStatus.init(rawValue:))?.isLive == true else { return nil }
      name = thing["name"]?.stringValue ?? id
    case .workflows:
      state = thing["state"]?.stringValue
      name = "\(thing["kind"]?.stringValue ?? member) \(id)"
    }
    var resource: JSONObject = ["uri": .string(address + id), "name": .string(name)]
    resource["description"] = state.map { .string("A \(member), \($0).") }
    resource["mimeType"] = "application/json"
    resource["annotations"] = thing["updated"].map { ["lastModified": $0] }
    return .object(resource)
  }
}

/// Where in the list of all resources a page begins.
private struct Place {
  let shelf: Shelf
  /// The noun's own cursor.
  let inner: String?

  /// - Throws: `InvalidParams` for what is no cursor of ours.
  init(cursor: JSONValue?) throws {
    guard let cursor, !cursor.isNull else {
      self.init(shelf: .pods, inner: nil)
      return
    }
    let parts = cursor.stringValue?.bytes.split("/", most: 1, keepsEmpty: true)
    guard let parts, parts.count == 2, let shelf = Shelf(rawValue: String(parts[0])) else {
      throw InvalidParams(path: "cursor", expected: "a nextCursor of an earlier list")
    }
    self.init(shelf: shelf, inner: parts[1].isEmpty ? nil : String(parts[1]))
  }

  private init(shelf: Shelf, inner: String?) {
    self.shelf = shelf
    self.inner = inner
  }

  var cursor: String { "\(shelf.rawValue)/\(inner ?? "")" }

  /// What follows a page that ended with this cursor of its noun; nil: nothing.
  func next(_ cursor: String?) -> Place? {
    if let cursor { return Place(shelf: shelf, inner: cursor) }
    return shelf == .pods ? Place(shelf: .workflows, inner: nil) : nil
  }
}
