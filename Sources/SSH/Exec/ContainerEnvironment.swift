/// How a command on a pod gets the environment of the container instead of that of a session.
package enum ContainerEnvironment {
  /// A script for `sh` that runs a command so; `container.sh` says how to call it.
  package static var script: String { String(decoding: PackageResources.container_sh, as: UTF8.self) }
}
