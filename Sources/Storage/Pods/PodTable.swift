import FoundationEssentials
import Values

/// The statements over `pods`: where a row becomes a record and back.
enum PodTable {
  static func insert(_ record: PodRecord, _ connection: Connection) throws -> PodRecord {
    try connection.execute(insertion, values(record))
    var record = record
    record.number = connection.lastInsertedRow
    return record
  }

  static func save(_ record: PodRecord, _ connection: Connection) throws {
    try connection.execute(replacement, values(record))
  }

  // A number of 0 is for SQLite to give.
  private static let insertion =
    "INSERT INTO pods (\(columns.joined(separator: ", "))) VALUES (NULLIF(:number, 0), "
    + columns.dropFirst().map { ":\($0)" }.joined(separator: ", ") + ")"

  private static let replacement =
    "UPDATE pods SET " + columns.dropFirst().map { "\($0) = :\($0)" }.joined(separator: ", ")
    + " WHERE number = :number"

  private static let columns: [String] = {
    let blank = PodRecord(
      intent: nil,
      name: "",
      status: "",
      imageName: "",
      gpuTypeId: "",
      gpuCount: 0,
      interruptible: false,
      created: .distantPast
    )
    return values(blank).map(\.key)
  }()

  /// Every column with its value, the number first.
  private static func values(_ record: PodRecord) -> KeyValuePairs<String, (any ColumnValue)?> {
    [
      "number": record.number,
      "intent": record.intent,
      "pod_id": record.podId,
      "name": record.name,
      "status": record.status,
      "status_since": record.statusSince,
      "is_live": record.isLive,
      "desired_status": record.desiredStatus,
      "image_name": record.imageName,
      "gpu_type_id": record.gpuTypeId,
      "gpu_count": record.gpuCount,
      "interruptible": record.interruptible,
      "bid_per_gpu": record.bidPerGpu,
      "cost_per_hour": record.costPerHour,
      "host": record.host,
      "ssh_port": record.sshPort,
      "machine_id": record.machineId,
      "last_status_change": record.lastStatusChange,
      "cloud_type": record.cloudType,
      "data_center_id": record.dataCenterId,
      "volume_in_gb": record.volumeInGb,
      "request": record.request,
      "terminate_after": record.terminateAfter,
      "stop_after": record.stopAfter,
      "idle_timeout": record.idleTimeout,
      "max_cost": record.maxCost,
      "spent": record.spent,
      "metered_since": record.meteredSince,
      "spent_up": record.spentUp,
      "keeper": record.keeper,
      "keeper_since": record.keeperSince,
      "held_until": record.heldUntil,
      "is_unclaimed": record.isUnclaimed,
      "client_token": record.clientToken,
      "grace": record.grace,
      "account": record.account,
      "created": record.created,
      "updated": record.updated,
    ]
  }

  static func record(_ row: Row) throws -> PodRecord {
    var record = PodRecord(
      intent: try row.optional("intent"),
      podId: try row.optional("pod_id"),
      name: try row.value("name"),
      status: try row.value("status"),
      isLive: try row.value("is_live"),
      imageName: try row.value("image_name"),
      gpuTypeId: try row.value("gpu_type_id"),
      gpuCount: try row.value("gpu_count"),
      interruptible: try row.value("interruptible"),
      bidPerGpu: try row.optional("bid_per_gpu"),
      request: try row.value("request"),
      terminateAfter: try row.optional("terminate_after"),
      created: try row.value("created")
    )
    record.number = try row.value("number")
    record.statusSince = try row.value("status_since")
    record.desiredStatus = try row.optional("desired_status")
    record.costPerHour = try row.optional("cost_per_hour")
    record.host = try row.checked("host", as: HostName.self)?.rawValue
    record.sshPort = try row.checked("ssh_port", as: PortNumber.self)?.rawValue
    record.machineId = try row.optional("machine_id")
    record.lastStatusChange = try row.optional("last_status_change")
    record.cloudType = try row.optional("cloud_type")
    record.dataCenterId = try row.optional("data_center_id")
    record.volumeInGb = try row.optional("volume_in_gb")
    record.stopAfter = try row.optional("stop_after")
    record.idleTimeout = try row.optional("idle_timeout")
    record.maxCost = try row.optional("max_cost")
    record.spent = try row.value("spent")
    record.meteredSince = try row.optional("metered_since")
    record.spentUp = try row.optional("spent_up")
    record.keeper = try row.optional("keeper")
    record.keeperSince = try row.optional("keeper_since")
    record.heldUntil = try row.optional("held_until")
    record.isUnclaimed = try row.value("is_unclaimed")
    record.clientToken = try row.optional("client_token")
    record.grace = try row.optional("grace")
    record.account = try row.optional("account")
    record.updated = try row.value("updated")
    return record
  }
}
