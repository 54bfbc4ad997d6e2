import Reporting
import Testing

@Suite struct NearestNameTests {
  private static let params = ["imageName", "gpuTypeId", "gpuCount", "name", "bidPerGpu", "maxCostPerHour"]
  private static let methods = ["pods/create", "pods/get", "pods/list", "pods/terminate", "workflows/setupRunner"]

  @Test(arguments: [
    ("gpu", "gpuTypeId"), ("GPU_TYPE_ID", "gpuTypeId"), ("gpuTypId", "gpuTypeId"), ("image", "imageName"),
    ("iamgeName", "imageName"), ("cost", "maxCostPerHour"), ("nmae", "name"), ("gpu_count", "gpuCount"),
  ])
  func aParamIsFoundByItsWords(given: String, meant: String) {
    #expect(NearestName.to(given, among: Self.params) == meant)
  }

  @Test(arguments: [
    ("pods_list", "pods/list"), ("pods.list", "pods/list"), ("podsList", "pods/list"), ("list", "pods/list"),
    ("pods/lsit", "pods/list"), ("terminate", "pods/terminate"), ("setupRunner", "workflows/setupRunner"),
    ("setup-runner", "workflows/setupRunner"), ("pod/get", "pods/get"), ("list_pods", "pods/list"),
    ("create_pod", "pods/create"),
    ("mcp__runpod__pods_list", "pods/list"), ("runpod.pods.create", "pods/create"),
  ])
  func aMethodIsFoundByItsWords(given: String, meant: String) {
    #expect(NearestName.to(given, among: Self.methods) == meant)
  }

  @Test func shortWordsFindTheirEnds() {
    #expect(NearestName.to("id", among: ["podId", "timeoutSeconds"]) == "podId")
    #expect(NearestName.to("repo", among: ["podId", "repoUrl"]) == "repoUrl")
  }

  @Test(arguments: ["zzzz", "", "///", "x", "téléphone"])
  func whatIsFarFromEverythingFindsNothing(given: String) {
    #expect(NearestName.to(given, among: Self.params) == nil)
  }

  @Test func aQuestionNeedsNoFullStop() {
    #expect("did you mean name?".sentence == "did you mean name?")
    #expect("there are a and b".sentence == "there are a and b.")
  }

  /// Forty names are no answer.
  @Test func theAdviceIsShort() {
    #expect(NearestName.advice("gpu", among: Self.params) == "did you mean gpuTypeId?")
    let many = (0..<40).map { "param\($0)" }
    let advice = NearestName.advice("zzzz", among: many)
    #expect(advice == "there are " + many.prefix(8).joined(separator: ", ") + " and 32 more")
  }
}
