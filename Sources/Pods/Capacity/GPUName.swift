import Outside
import Reporting
import RunPodAPI

/// Finds RunPod's long names for GPUs as people say them: "4090", "h100 sxm", "A100". No I/O.
enum GPUName {
  /// The GPU types among the offers that `name` may stand for, by their long names.
  ///
  /// The long name itself and RunPod's short name stand for one type. Otherwise these are all the types with each of the
  /// name's words, in any case: "A100" stands for two, "L40" does not stand for "L40S".
  static func matches(_ name: String, among offers: [Offer]) -> [String] {
    if offers.contains(where: { $0.gpuTypeId.bytes == name.bytes }) { return [name] }
    let wanted = words(of: name)
    guard !wanted.isEmpty else { return [] }
    let letters = wanted.joined()
    let same = unique(
      offers.filter { offer in names(of: offer).contains { words(of: $0).joined().bytes == letters.bytes } }
    )
    if !same.isEmpty { return same }
    return unique(
      offers.filter { offer in
        Set(names(of: offer).flatMap(words(of:)).map(\.bytes)).isSuperset(of: wanted.map(\.bytes))
      }
    )
  }

  /// The one GPU type that `name` stands for.
  ///
  /// - Throws: `Failure(.configurationInvalid)` that lists the types when there are several, and names the nearest when
  ///   there is none.
  static func resolve(_ name: String, among offers: [Offer]) throws -> String {
    let found = matches(name, among: offers)
    if found.count == 1 { return found[0] }
    guard found.isEmpty else {
      throw Failure(
        .configurationInvalid,
        "\"\(name)\" stands for \(found.count) GPU types: \(found.joined(separator: ", ")).",
        hint: "Name one of them, or several in a list.",
        details: ["gpuTypeId": name]
      )
    }
    let known = unique(offers)
    let short = offers.compactMap { offer in offer.displayName.map { (name: $0, id: offer.gpuTypeId) } }
    let nearest =
      NearestName.to(name, among: known)
      ?? NearestName.to(name, among: short.map(\.name)).flatMap { near in
        short.first { $0.name.bytes == near.bytes }?.id
      }
    throw Failure(
      .configurationInvalid,
      "RunPod rents no GPU \"\(name)\": it has never had it, or no longer has it."
        + (nearest.map { " The nearest that it rents is \"\($0)\"." } ?? ""),
      hint: "pods/offers lists what there is to rent.",
      details: ["gpuTypeId": name]
    )
  }

  private static func names(of offer: Offer) -> [String] { [offer.gpuTypeId, offer.displayName].compactMap(\.self) }

  private static func unique(_ offers: [Offer]) -> [String] {
    var seen: Set<ByteText> = []
    return offers.map(\.gpuTypeId).filter { seen.insert($0.bytes).inserted }
  }

  /// The runs of letters and digits, in lower case.
  private static func words(of text: String) -> [String] {
    text.bytes.lowercased.utf8.split { !((97...122).contains($0) || (48...57).contains($0) || $0 >= 128) }
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
