import Glibc
import JSONRPC
import Service

@main struct Main {
  static func main() {
    switch CommandLineOptions.parse(Array(CommandLine.arguments.dropFirst())) {
    case .failure(let usage):
      write(2, usage.text, usage.text.utf8.count)
      exit(64)
    case .success(.print(let text)):
      write(1, text, text.utf8.count)
      exit(0)
    case .success(.run(let options)): WorkflowCommand(options).run()
    case .success(.reap(let options)): ReapCommand(options).run()
    case .success(.setup(let options)): SetupCommand(options).run()
    case .success(.serve(let options)):
      do throws(WireError) {
        Server(wire: try Wire.claim(), options: options).serve()
      } catch {
        let message = "runpod-rpc: standard input or output is closed\n"
        write(2, message, message.utf8.count)
        exit(70)
      }
    }
  }
}
