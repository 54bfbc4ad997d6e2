import Testing

@testable import JSONRPC

@Suite struct RedactorTests {
  private let known = ["sesame-open-42"]

  /// What is written of a stream that comes in pieces of `size` bytes.
  private func redact(_ text: String, size: Int = .max) -> String {
    var secrets = RecordedSecrets(known)
    var redactor = Redactor()
    var written: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let piece = rest.prefix(size)
      written += piece.withUnsafeBytes { redactor.redact($0, &secrets) }
      rest = rest.dropFirst(piece.count)
    }
    return String(decoding: written + redactor.finish(&secrets), as: UTF8.self)
  }

  @Test(
    arguments: [
      (#"{"token":"AAAABBBB"}"#, #"{"token":"********"}"#),
      (#"{"a":{"runnerToken" : "x\"y"},"b":"x"}"#, #"{"a":{"runnerToken" : "****"},"b":"x"}"#),
      (
        #"{"env":{"GITHUB_TOKEN":"ghp_12345678","HOME":"/root"}}"#,
        #"{"env":{"GITHUB_TOKEN":"************","HOME":"/root"}}"#
      ),
      (
        #"{"runpodApiKey":"rpa_123","Authorization":"Bearer x"}"#,
        #"{"runpodApiKey":"*******","Authorization":"********"}"#
      ),
      (#"{"message":"the key sesame-open-42 is bad"}"#, #"{"message":"the key ************** is bad"}"#),
      (#"["token","AAAABBBB"]"#, #"["token","AAAABBBB"]"#),
      (#"{"token":7,"text":"AAAABBBB"}"#, #"{"token":7,"text":"AAAABBBB"}"#),
      (#"{"token":"AAAABBBB"} then "AAAABBBB""#, #"{"token":"********"} then "********""#),
      (#"{"workDoneToken":"AAAABBBB"}{"token":"AAAABBBB"}"#, #"{"workDoneToken":"AAAABBBB"}{"token":"AAAABBBB"}"#),
      (#"{"token":"runpod-rpc/17"}"#, #"{"token":"runpod-rpc/17"}"#),
      (#"{"token":"runpod-rpc\/17"}"#, #"{"token":"runpod-rpc\/17"}"#),
      (
        #"{"workDoneToken":"AAAA\/BBBB"}{"token":"AAAA/BBBB"}"#,
        #"{"workDoneToken":"AAAA\/BBBB"}{"token":"AAAA/BBBB"}"#
      ),
      ("{\"token\":\"AAAA\nBBBB\"}", "{\"token\":\"****\nBBBB\"}"),
      ("Content-Length: 2\r\n\r\n{}", "Content-Length: 2\r\n\r\n{}"),
      (#"{"token":"unfinished"#, #"{"token":"**********"#),
    ]
  )
  func coversSecretsAndNothingElseHoweverTheStreamIsCut(text: String, expected: String) {
    for size in 1...text.utf8.count { #expect(redact(text, size: size) == expected) }
  }
}
