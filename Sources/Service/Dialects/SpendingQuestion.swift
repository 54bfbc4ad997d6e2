import Environment
import JSON
import JSONRPC
import Outside
import ServiceProtocol

/// What the user is asked before money is spent: what for, how much an hour, and what the budget is.
struct SpendingQuestion {
  private let handlers: [String: Router.Handler]
  private let settings: Settings
  private let context: RequestContext

  init(_ handlers: [String: Router.Handler], _ settings: Settings, _ context: RequestContext) {
    self.handlers = handlers
    self.settings = settings
    self.context = context
  }

  /// - Parameter params: The tool's, complete and valid.
  func words(_ tool: Tool, _ params: JSONValue) async -> String {
    let subject = await subject(tool, params)
    return ["An agent asks to call \(tool.name): \(subject)", await budget()].joined(separator: "\n")
  }

  private func subject(_ tool: Tool, _ params: JSONValue) async -> String {
    switch tool.method {
    case is PodsCreate.Type, is WorkflowsSetupRunner.Type: await rentals([params])
    case is WorkflowsSetupFleet.Type: await rentals(params["pods"]?.arrayValue ?? [])
    case is PodsResume.Type: await resumption(params)
    case is VolumesCreate.Type:
      // https://docs.runpod.io/pods/pricing: by the month, for as long as it is there.
      "make a network volume of \(params["sizeInGb"]?.intValue ?? 0) GB, which is paid for every month until it is deleted."
    default: "go on with \(params["workflowId"]?.stringValue ?? "a workflow"), which may rent pods."
    }
  }

  private func rentals(_ members: [JSONValue]) async -> String {
    var sum = 0.0
    var isKnown = true
    var words: [String] = []
    for member in members.prefix(SpendingQuestion.mostRentals) {
      let price = await price(member)
      sum += price ?? 0
      isKnown = isKnown && price != nil
      words.append(rental(member))
    }
    isKnown = isKnown && members.count <= SpendingQuestion.mostRentals
    let what = Set(words.map(\.bytes)).count == 1 ? "\(members.count) × \(words[0])" : words.joined(separator: "; ")
    let cost = isKnown ? "at most \(money(sum)) an hour" : "the price is not known"
    return "rent \(what). Price: \(cost)."
  }

  private func resumption(_ params: JSONValue) async -> String {
    let id = params["podId"] ?? ""
    let pod = await answer("pods/get", ["podId": id])?["pod"]
    var known = ["gpuTypeId", "gpuCount", "dataCenterId"].reduce(into: JSONObject()) { $0[$1] = pod?[$1] }
    known["gpuCount"] = params["gpuCount"] ?? known["gpuCount"]
    let isKnown = known["gpuTypeId"]?.stringValue?.isEmpty == false
    let price = isKnown ? await price(.object(known)) : nil
    let cost = price.map { "at most \(money($0)) an hour" } ?? "not known"
    return "resume the pod \(id.stringValue ?? ""). Price: \(cost)."
  }

  private static let mostRentals = 100

  private func rental(_ member: JSONValue) -> String {
    let source = (member["imageName"] ?? member["templateId"])?.stringValue ?? ""
    let gpus = member["gpuTypeId"]?.arrayValue?.compactMap(\.stringValue) ?? [member["gpuTypeId"]?.stringValue ?? "GPU"]
    let count = member["gpuCount"]?.intValue ?? 1
    let machine = member["cpuFlavorId"]?.stringValue ?? "\(count) \(gpus.joined(separator: " or "))"
    return "a pod with \(machine) (\(source))"
  }

  /// USD an hour at most: the bid for a spot pod, what it costs on demand otherwise, and never more than its own limit.
  private func price(_ member: JSONValue) async -> Double? {
    let limit = member["maxCostPerHour"]?.doubleValue
    guard member["cpuFlavorId"] == nil else { return limit }
    var query: JSONObject = ["limit": 100]
    for name in ["gpuTypeId", "gpuCount", "cloudType", "dataCenterId"] { query[name] = member[name] }
    let offers = await answer("pods/offers", .object(query))?["offers"]?.arrayValue ?? []
    let onDemand = offers.compactMap { $0["pricePerHour"]?.doubleValue }.max()
    let bid = member["bidPerGpu"]?.doubleValue.map { $0 * (member["gpuCount"]?.doubleValue ?? 1) }
    var price = onDemand
    if member["interruptible"] == true { price = bid ?? onDemand }
    if member["interruptible"] == "prefer" { price = [bid, onDemand].compactMap { $0 }.max() }
    return [limit, price].compactMap { $0 }.min()
  }

  private func budget() async -> String {
    let pods = await answer("pods/list", ["limit": 1000])?["pods"]?.arrayValue ?? []
    let live: [JSONValue] = ["running", "starting"]
    let sum = pods.filter { live.contains($0["status"] ?? nil) }.compactMap { $0["costPerHour"]?.doubleValue }.reduce(
      0,
      +
    )
    let limit = try? settings.maxCostPerHour()
    let budget =
      limit.map { "The budget is \(money($0)) an hour (MAX_COST_PER_HOUR)" } ?? "There is no budget (MAX_COST_PER_HOUR)"
    return "\(budget); the pods that run now cost \(money(sum)) an hour."
  }

  private func answer(_ method: String, _ params: JSONValue) async -> JSONValue? {
    guard case .task(let begin)? = handlers[method] else { return nil }
    // What cannot be told is left out: it must not keep the user from deciding.
    return try? await begin(params, context)()
  }

  private func money(_ amount: Double) -> String {
    let mills = Int(limited: (amount * 1000).rounded(.up))
    let fraction = String(mills % 1000)
    return "$\(mills / 1000).\(String(repeating: "0", count: 3 - fraction.utf8.count))\(fraction)"
  }
}
