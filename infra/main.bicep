// Goim.Functions on Azure. docs/deploy.md explains the parameters; main.parameters.json has the azd variable that sets each.
import { accessProblems, cometProblems, connectProblems, eventHubsProblems, kafkaProblems } from 'checks.bicep'
import { accessOptions, cometOptions, connectOptions, customDomain, kafkaOptions } from 'types.bicep'

targetScope = 'subscription'

@minLength(1)
@maxLength(64)
param environmentName string
@metadata({ azd: { type: 'location' } })
param location string
@description('False in regions that have no availability zones, or no zone redundancy for Flex Consumption.')
param zoneRedundant bool = true
@description('Storage, Key Vault, Event Hubs and Redis can be reached by private endpoints only. The function app stays public, and so do the comets; callers of the app need keys.')
param privateEndpoints bool = false
@description('A /22 or larger.')
param networkPrefix string = '10.70.0.0/22'
@description('Who gets the alerts. Empty: nobody.')
param alertEmail string = ''

// Clients and callers
@description('What a client shows to connect. Jwt: a signed token that ends. UserId: any number, so that anybody can connect as anybody, for trials only.')
@allowed(['Jwt', 'UserId'])
param connectTokens string
@description('OpenID Connect authority that signs the tokens of clients: https://… Empty, with Jwt: the deployment makes keys in the Key Vault, with which your backends sign.')
param connectJwtAuthority string = ''
@description('Issuer that tokens of clients must have. Empty: the authority\'s, and with keys any.')
param connectJwtIssuer string = ''
@description('Audience that tokens of clients must have. Required with connectJwtAuthority. Empty, with keys: any.')
param connectJwtAudience string = ''
@description('Whether function keys open the app too, each with all rights. either: a caller\'s key or token, or a function key. none: callers only.')
@allowed(['either', 'none'])
param accessKeepFunctionKeys string = 'either'
@description('Client id of an app registration. Callers may then show tokens of Entra ID for it, and the comets do. Empty: keys only.')
param accessAudience string = ''
@description('OpenID Connect authority of the callers\' tokens: https://… Empty: this tenant\'s, for tokens of version 2.')
param accessAuthority string = ''

// Pushes and events
@description('When a push is answered. queue: when the output binding has the records. broker: when the broker has acknowledged them.')
@allowed(['queue', 'broker'])
param pushAck string = 'queue'
param kafkaTopic string = 'KafkaPushsTopic'
param kafkaEventsTopic string = 'KafkaEventsTopic'
@description('Partitioner of the app\'s own producer. fnv1a_random is goim\'s.')
@allowed(['consistent_random', 'fnv1a_random', 'murmur2_random'])
param kafkaPartitioner string = 'consistent_random'
@description('Whether each connect and disconnect writes an event.')
param eventsConnections bool = false

// Event Hubs, if kafkaBrokers is empty
@description('A unit takes 1,000 events/s or 1 MB/s, whichever is reached first. A deployment sets the number back to this.')
@minValue(1)
@maxValue(40)
param eventHubsThroughputUnits int = 1
@description('Event Hubs adds units by itself up to this number.')
@minValue(1)
@maxValue(40)
param eventHubsMaximumThroughputUnits int = 4
@description('Of each of the two event hubs. Cannot be changed later.')
@minValue(1)
@maxValue(32)
param eventHubsPartitions int = 16
@minValue(1)
@maxValue(168)
param eventHubsRetentionHours int = 24
@description('Most records/s of pushes. Each comet reads them all: only to check that the throughput units can deliver them.')
@minValue(1)
param pushRecordsPerSecond int = 500
@description('Most kB/s of pushes, for the same check. A record of a message of 100 bytes has 250 bytes.')
@minValue(1)
param pushKilobytesPerSecond int = 250

// Another Kafka
@description('host:port,… Empty: Event Hubs.')
param kafkaBrokers string = ''
@allowed(['Plaintext', 'Ssl', 'SaslPlaintext', 'SaslSsl'])
param kafkaProtocol string = 'SaslSsl'
@description('OAuthBearer is for Event Hubs namespaces only, and pushAck must then be broker.')
@allowed(['None', 'Plain', 'ScramSha256', 'ScramSha512', 'OAuthBearer'])
param kafkaAuthentication string = 'Plain'
param kafkaUsername string = ''
@secure()
param kafkaPassword string = ''
@description('PEM file of the authority that signed the broker\'s certificate, in the deployed package, for example /home/site/wwwroot/kafka-ca.pem.')
param kafkaCaFile string = ''

// Function app
@allowed([512, 2048, 4096])
param functionsInstanceMemoryMB int = 2048
@minValue(1)
@maxValue(1000)
param functionsMaximumInstances int = 40
@description('Instances for HTTP that always run. A zone redundant plan keeps at least two for each scale group: HTTP is one, the journal\'s trigger another.')
@minValue(0)
param functionsAlwaysReady int = 2
@description('Requests that run in one instance before another instance is added.')
@minValue(1)
@maxValue(1000)
param functionsPerInstanceConcurrency int = 100
@description('More app settings, or other values than in app/function.bicep. No secrets.')
param functionsSettings object = {}

// Router nodes
@description('Whether azd has already deployed an image.')
param routerExists bool = false
@minValue(2)
param routerMinReplicas int = 2
@maxValue(1000)
param routerMaxReplicas int = 10
param routerCpu string = '0.5'
param routerMemory string = '1Gi'
@description('Cannot be changed once there are sessions.')
@minValue(1)
@maxValue(65536)
param routerBuckets int = 64
@description('RouterNode__ServerLease. A comet that was killed leaves its sessions behind for this time. 00:00:00: forever.')
param routerServerLease string = '00:01:00'
param routerSessionExpiry string = '01:00:00'
@description('Balanced, MemoryOptimized or ComputeOptimized SKU of Azure Managed Redis. It can be made smaller only if the data fits. Sizes above 350 GB are in preview.')
param redisSku string = 'Balanced_B1'

// Comets
@description('Whether azd has already deployed an image.')
param cometExists bool = false
@minValue(2)
@maxValue(1000)
param cometMinReplicas int = 2
@minValue(2)
@maxValue(1000)
param cometMaxReplicas int = 10
@description('0.25 to 4.0 in steps of 0.25.')
param cometCpu string = '1.0'
@description('Twice as many Gi as cores.')
param cometMemory string = '2Gi'
@description('Connections for each replica: where there are more, a replica is added. One takes at most twice as many. An address of the ingress\'s proxies has about 28,000 ports for connections to one replica, so 50,000 to 100,000 need two to four such addresses.')
@minValue(100)
@maxValue(1000000)
param cometConnectionsPerReplica int = 50000
@description('Comet__DrainTime in seconds. The platform waits 30 s longer, at most 600 s, before it kills a replica.')
@minValue(0)
@maxValue(570)
param cometDrainSeconds int = 60
@description('Public port for clients over TCP, without TLS. 0: WebSocket only.')
@minValue(0)
@maxValue(65535)
param cometTcpPort int = 0
@description('Comet__AllowedOrigins: https://…,… Empty: pages of the comets\' own address only.')
param cometAllowedOrigins string = ''
@description('As kafkaCaFile, in the comet\'s image: /app/kafka-ca.pem.')
param cometKafkaCaFile string = ''
@description('Domains of the comets, each with a certificate of their environment.')
param cometCustomDomains customDomain[] = []

var kafka kafkaOptions = {
  brokers: kafkaBrokers
  topic: kafkaTopic
  eventsTopic: kafkaEventsTopic
  protocol: kafkaProtocol
  authentication: kafkaAuthentication
  username: kafkaUsername
  caFile: kafkaCaFile
  partitioner: kafkaPartitioner
}
var connect connectOptions = {
  tokens: connectTokens
  authority: connectJwtAuthority
  issuer: connectJwtIssuer
  audience: connectJwtAudience
}
var access accessOptions = {
  keepFunctionKeys: accessKeepFunctionKeys
  audience: accessAudience
  authority: accessAuthority
}
var comet cometOptions = {
  exists: cometExists
  minReplicas: cometMinReplicas
  maxReplicas: cometMaxReplicas
  cpu: cometCpu
  memory: cometMemory
  connectionsPerReplica: cometConnectionsPerReplica
  drainSeconds: cometDrainSeconds
  tcpPort: cometTcpPort
  allowedOrigins: cometAllowedOrigins
  kafkaCaFile: cometKafkaCaFile
  customDomains: cometCustomDomains
}
var units = max(eventHubsThroughputUnits, eventHubsMaximumThroughputUnits)

// Combinations with which the app would not start, or the deployment would fail half-way.
var problems = filter(
  concat(
    connectProblems(connect),
    accessProblems(access),
    kafkaProblems(kafka, empty(kafkaPassword), pushAck),
    [
      routerMinReplicas > routerMaxReplicas ? 'routerMinReplicas is ${routerMinReplicas}: expected routerMaxReplicas, ${routerMaxReplicas}, at most' : ''
      functionsAlwaysReady > functionsMaximumInstances ? 'functionsAlwaysReady is ${functionsAlwaysReady}: expected functionsMaximumInstances, ${functionsMaximumInstances}, at most' : ''
      parseCidr(networkPrefix).cidr > 22 ? 'networkPrefix is ${networkPrefix}: expected a /22 or larger' : ''
    ],
    cometProblems(comet, kafka),
    empty(kafkaBrokers) ? eventHubsProblems(comet, pushRecordsPerSecond, pushKilobytesPerSecond, units) : []
  ),
  problem => !empty(problem)
)
var tags = { 'azd-env-name': environmentName }

resource rg 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  // Evaluated before any resource is created.
  tags: empty(problems) ? tags : fail(join(problems, '; '))
}

module resources 'resources.bicep' = {
  name: 'resources'
  scope: rg
  params: {
    token: toLower(uniqueString(subscription().id, environmentName, location))
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    isPrivate: privateEndpoints
    networkPrefix: networkPrefix
    alertEmail: alertEmail
    connect: connect
    access: access
    pushAck: pushAck
    kafka: kafka
    kafkaPassword: kafkaPassword
    eventHubs: {
      throughputUnits: eventHubsThroughputUnits
      maximumThroughputUnits: eventHubsMaximumThroughputUnits
      partitions: eventHubsPartitions
      retentionHours: eventHubsRetentionHours
    }
    functions: {
      instanceMemoryMB: functionsInstanceMemoryMB
      maximumInstances: functionsMaximumInstances
      alwaysReady: functionsAlwaysReady
      perInstanceConcurrency: functionsPerInstanceConcurrency
      eventsConnections: eventsConnections
      settings: functionsSettings
    }
    router: {
      exists: routerExists
      minReplicas: routerMinReplicas
      maxReplicas: routerMaxReplicas
      cpu: routerCpu
      memory: routerMemory
      buckets: routerBuckets
      serverLease: routerServerLease
      sessionExpiry: routerSessionExpiry
    }
    comet: comet
    redisSku: redisSku
  }
}

// Names and addresses, no secrets. azd stores them as variables, so none may have the name of a variable in main.parameters.json.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = rg.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = resources.outputs.registry
output SERVICE_FUNCTIONS_NAME string = resources.outputs.functionsName
output SERVICE_FUNCTIONS_ENDPOINT string = resources.outputs.functionsUrl
output SERVICE_ROUTER_NAME string = resources.outputs.routerName
output SERVICE_ROUTER_ENDPOINT string = resources.outputs.routerAddress
output SERVICE_COMET_NAME string = resources.outputs.cometName
output SERVICE_COMET_ENDPOINT string = resources.outputs.cometUrl
output AZURE_KEY_VAULT_NAME string = resources.outputs.keyVaultName
output KAFKA_BOOTSTRAP_SERVERS string = resources.outputs.brokers
output AZURE_WORKBOOK_URL string = resources.outputs.workbookUrl
