// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "runpod-rpc",
  products: [
    .executable(name: "runpod-rpc", targets: ["runpod-rpc"])
  ],
  targets: [
    // MARK: C targets: module maps and the few lines that Swift cannot say

    .target(name: "CCurl"),

    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    .target(name: "CSystem"),

    // MARK: Concurrency

    .target(name: "Concurrency", dependencies: ["CSystem"]),

    .testTarget(name: "ConcurrencyTests", dependencies: ["Concurrency"]),

    // MARK: Environment

    .target(
      name: "Environment",
      dependencies: [
        "HTTP",
        "JSON",
        "Outside",
        "Reporting",
        "Storage",
        "Subprocess",
        "Values",
      ]
    ),

    .testTarget(
      name: "EnvironmentTests",
      dependencies: [
        "Environment",
        "JSON",
        "Reporting",
        "Storage",
      ]
    ),

    // MARK: GitHubAPI

    .target(
      name: "GitHubAPI",
      dependencies: [
        "Concurrency",
        "HTTP",
        "JSON",
        "Outside",
        "Reporting",
        "Values",
      ]
    ),

    .testTarget(
      name: "GitHubAPITests",
      dependencies: [
        "Concurrency",
        "GitHubAPI",
        "HTTP",
        "JSON",
        "Reporting",
        "ScriptedHTTP",
      ]
    ),

    // MARK: HTTP

    .target(
      name: "HTTP",
      dependencies: [
        "CCurl",
        "Concurrency",
        "Outside",
        "Reporting",
        "Values",
      ]
    ),

    .testTarget(name: "HTTPTests", dependencies: ["Concurrency", "HTTP"]),

    // MARK: JSON

    .target(
      name: "JSON",
      dependencies: [
        "Outside"
      ]
    ),

    .testTarget(name: "JSONTests", dependencies: ["JSON"]),

    // MARK: JSONRPC

    .target(
      name: "JSONRPC",
      dependencies: [
        "CSystem",
        "Concurrency",
        "JSON",
        "Outside",
      ]
    ),

    .testTarget(name: "JSONRPCTests", dependencies: ["JSON", "JSONRPC"]),

    // MARK: Outside

    .target(name: "Outside", dependencies: []),

    .testTarget(
      name: "OutsideTests",
      dependencies: [
        "HTTP",
        "JSON",
        "JSONRPC",
        "Outside",
        "Reporting",
        "SSH",
        "Simulation",
        "Subprocess",
        "Values",
      ]
    ),

    // MARK: Pods

    .target(
      name: "Pods",
      dependencies: [
        "Concurrency",
        "JSON",
        "Outside",
        "Reporting",
        "RunPodAPI",
        "Storage",
        "Subprocess",
        "Values",
      ],
      resources: [.embedInCode("Deadlines/deadline.sh")]
    ),

    .testTarget(name: "PodsTests", dependencies: ["Pods", "Simulation", "Values"]),

    // MARK: Reporting

    .target(
      name: "Reporting",
      dependencies: [
        "Outside"
      ]
    ),

    .testTarget(name: "ReportingTests", dependencies: ["Concurrency", "Reporting"]),

    // MARK: RunPodAPI

    .target(
      name: "RunPodAPI",
      dependencies: [
        "Concurrency",
        "HTTP",
        "JSON",
        "Outside",
        "Reporting",
        "Values",
      ]
    ),

    .testTarget(
      name: "RunPodAPITests",
      dependencies: [
        "Concurrency",
        "HTTP",
        "JSON",
        "Reporting",
        "RunPodAPI",
        "ScriptedHTTP",
        "Values",
      ]
    ),

    // MARK: Runners

    .target(
      name: "Runners",
      dependencies: [
        "Concurrency",
        "GitHubAPI",
        "Outside",
        "Pods",
        "Reporting",
        "SSH",
        "Storage",
        "Subprocess",
        "Values",
      ],
      resources: [.embedInCode("Script")]
    ),

    .testTarget(
      name: "RunnersTests",
      dependencies: [
        "Concurrency",
        "GitHubAPI",
        "Pods",
        "Reporting",
        "Runners",
        "SSH",
        "Storage",
        "Subprocess",
      ],
      exclude: ["script"]
    ),

    // MARK: SSH

    .target(
      name: "SSH",
      dependencies: [
        "CSystem",
        "Concurrency",
        "Outside",
        "Reporting",
        "Subprocess",
        "Values",
      ],
      resources: [.embedInCode("Exec/container.sh")]
    ),

    .testTarget(
      name: "SSHTests",
      dependencies: [
        "Concurrency",
        "Reporting",
        "SSH",
        "Subprocess",
        "Values",
        "parent-to-kill",
      ]
    ),

    // MARK: Service

    .target(
      name: "Service",
      dependencies: [
        "CSystem",
        "Concurrency",
        "Environment",
        "GitHubAPI",
        "HTTP",
        "JSON",
        "JSONRPC",
        "Outside",
        "Pods",
        "Reporting",
        "RunPodAPI",
        "Runners",
        "SSH",
        "ServiceProtocol",
        "Setup",
        "Storage",
        "Subprocess",
        "Values",
        "Workflows",
      ]
    ),

    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "Concurrency",
        "Environment",
        "Fuzzing",
        "JSON",
        "JSONRPC",
        "Reporting",
        "Service",
        "ServiceProtocol",
      ]
    ),

    // MARK: ServiceProtocol

    .target(
      name: "ServiceProtocol",
      dependencies: [
        "Environment",
        "GitHubAPI",
        "JSON",
        "JSONRPC",
        "Outside",
        "Pods",
        "Reporting",
        "RunPodAPI",
        "Runners",
        "SSH",
        "Workflows",
      ]
    ),

    .testTarget(name: "ServiceProtocolTests", dependencies: ["ServiceProtocol"]),

    // MARK: Setup

    .target(name: "Setup", dependencies: ["JSON", "Outside"]),

    .testTarget(name: "SetupTests", dependencies: ["JSON", "Setup"]),

    // MARK: Storage

    .target(
      name: "Storage",
      dependencies: [
        "CSQLite",
        "Concurrency",
        "Outside",
        "Reporting",
        "Values",
      ]
    ),

    .testTarget(name: "StorageTests", dependencies: ["Storage", "books-writer"]),

    // MARK: Subprocess

    .target(
      name: "Subprocess",
      dependencies: [
        "CSystem",
        "Concurrency",
        "Outside",
        "Reporting",
      ]
    ),

    .testTarget(name: "SubprocessTests", dependencies: ["Reporting", "Subprocess", "parent-to-kill"]),

    // MARK: Values

    .target(name: "Values", dependencies: ["Concurrency"]),

    .testTarget(name: "ValuesTests", dependencies: ["Concurrency", "Values"]),

    // MARK: Workflows

    .target(
      name: "Workflows",
      dependencies: [
        "Concurrency",
        "JSON",
        "Outside",
        "Pods",
        "Reporting",
        "RunPodAPI",
        "Runners",
        "SSH",
        "Storage",
      ]
    ),

    .testTarget(
      name: "WorkflowsTests",
      dependencies: [
        "Concurrency",
        "GitHubAPI",
        "Pods",
        "Reporting",
        "RunPodAPI",
        "Runners",
        "SSH",
        "Simulation",
        "Storage",
        "Subprocess",
        "Workflows",
      ]
    ),

    // MARK: runpod-rpc

    .executableTarget(
      name: "runpod-rpc",
      dependencies: [
        "JSONRPC",
        "Service",
      ],
      linkerSettings: [
        // At a fixed address the loader has no pointers to adjust: an eighth of the start, a megabyte of memory and one of
        // the file. The libraries, where the C is, still come at random ones. Nothing looks symbols up in it either.
        .unsafeFlags(
          ["-Xclang-linker", "-no-pie", "-Xlinker", "--no-export-dynamic"],
          .when(configuration: .release)
        )
      ]
    ),

    // MARK: Test support

    // The real server with the conformance methods (`subtract`, `test.echo`, ...) registered besides its own.
    .executableTarget(
      name: "conformance-server",
      dependencies: [
        "JSON",
        "JSONRPC",
        "Reporting",
        "Service",
        "ServiceProtocol",
      ],
      path: "Tests/ConformanceServer"
    ),

    // Any bytes through framing, parser and dispatcher.
    .target(
      name: "Fuzzing",
      dependencies: [
        "JSON",
        "JSONRPC",
        "Reporting",
        "Service",
      ],
      path: "Tests/Fuzzing",
      exclude: [
        "Entry",
        "corpus",
        "run",
      ]
    ),

    // Measures our JSON beside Foundation's.
    .executableTarget(name: "json-speed", dependencies: ["JSON"], path: "Tests/Benchmarks/JSONSpeed"),

    // One of several processes on the same books.
    .executableTarget(name: "books-writer", dependencies: ["Storage"], path: "Tests/BooksWriter"),

    // The real server, which dies when it is told to.
    .executableTarget(
      name: "mortal-server",
      dependencies: [
        "Concurrency",
        "HTTP",
        "JSONRPC",
        "Reporting",
        "Runners",
        "SSH",
        "Service",
        "Storage",
        "Workflows",
      ],
      path: "Tests/MortalServer"
    ),

    // A process with children and SSH connections for tests to kill.
    .executableTarget(
      name: "parent-to-kill",
      dependencies: [
        "SSH",
        "Subprocess",
        "Values",
      ],
      path: "Tests/ParentToKill"
    ),

    // An account with pods and a clock, both in memory.
    .target(
      name: "Simulation",
      dependencies: [
        "Concurrency",
        "Reporting",
        "RunPodAPI",
        "Values",
      ],
      path: "Tests/Simulation"
    ),

    // Prepared answers instead of a network.
    .target(name: "ScriptedHTTP", dependencies: ["Concurrency", "HTTP"], path: "Tests/ScriptedHTTP"),

    // Measures the state file.
    .executableTarget(name: "storage-speed", dependencies: ["Storage"], path: "Tests/Benchmarks/StorageSpeed"),
  ],
  swiftLanguageModes: [.v6]
)

// Has no `main`: libFuzzer brings it.
if Context.environment["FUZZING"] != nil {
  package.targets.append(
    .executableTarget(name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzing/Entry")
  )
}

let targetsInC: Set = ["CCurl", "CSQLite", "CSystem"]

for target in package.targets where !targetsInC.contains(target.name) {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
