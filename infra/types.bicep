// Groups of parameters. main.bicep describes each, and its values.

@export()
type kafkaOptions = {
  @description('Empty: Event Hubs. Then protocol, authentication and username are not used.')
  brokers: string
  topic: string
  eventsTopic: string
  protocol: string
  authentication: string
  username: string
  caFile: string
  partitioner: string
}

@export()
type connectOptions = {
  @description('Jwt or UserId.')
  tokens: string
  @description('Empty: tokens are signed with the keys in the Key Vault.')
  authority: string
  issuer: string
  audience: string
}

@export()
type accessOptions = {
  @description('either or none.')
  keepFunctionKeys: string
  @description('Of the bearer tokens of callers. Empty: callers have keys only.')
  audience: string
  @description('Empty: that of this tenant.')
  authority: string
}

@export()
type eventHubsOptions = {
  throughputUnits: int
  maximumThroughputUnits: int
  partitions: int
  retentionHours: int
}

@export()
type functionsOptions = {
  instanceMemoryMB: int
  maximumInstances: int
  alwaysReady: int
  perInstanceConcurrency: int
  eventsConnections: bool
  settings: object
}

@export()
type routerOptions = {
  exists: bool
  minReplicas: int
  maxReplicas: int
  cpu: string
  memory: string
  buckets: int
  serverLease: string
  sessionExpiry: string
}

@export()
type cometOptions = {
  exists: bool
  minReplicas: int
  maxReplicas: int
  cpu: string
  memory: string
  connectionsPerReplica: int
  drainSeconds: int
  tcpPort: int
  allowedOrigins: string
  kafkaCaFile: string
  customDomains: customDomain[]
}

@export()
type customDomain = {
  @description('Such as push.example.com.')
  name: string
  @description('Resource id of a certificate of the environment.')
  certificateId: string
}

@export()
type userAssignedIdentity = {
  @description('Resource id.')
  id: string
  clientId: string
}
