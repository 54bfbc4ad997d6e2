/// Pods as they are now, and every change from then on until nobody listens any more.
package struct PodWatch: Sendable {
  package let pods: [Pod]
  package let changes: AsyncStream<PodChange>
}
