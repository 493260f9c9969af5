// Goim.Functions on Azure. docs/deploy.md explains the parameters; main.parameters.json has the azd variable that sets each.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
param environmentName string
@metadata({ azd: { type: 'location' } })
param location string
@description('False in regions that have no availability zones, or no zone redundancy for Flex Consumption.')
param zoneRedundant bool = true
@description('Storage, Key Vault, Event Hubs and Redis can be reached by private endpoints only. The function app stays public; its callers need keys.')
param privateEndpoints bool = false
@description('A /22 or larger.')
param networkPrefix string = '10.70.0.0/22'
@description('Who gets the alerts. Empty: nobody.')
param alertEmail string = ''

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
@description('RouterNode__ServerLease, for comets that send heartbeats. 00:00:00: none.')
param routerServerLease string = '00:00:00'
param routerSessionExpiry string = '01:00:00'
@description('Balanced, MemoryOptimized or ComputeOptimized SKU of Azure Managed Redis. It can be made smaller only if the data fits. Sizes above 350 GB are in preview.')
param redisSku string = 'Balanced_B1'

// Combinations with which the app would not start, or the deployment would fail half-way. With Event Hubs, kafkaProtocol and the like are not used.
var isOtherKafka = !empty(kafkaBrokers)
var isSasl = startsWith(kafkaProtocol, 'Sasl')
var isUserNeeded = isOtherKafka && isSasl && contains(['Plain', 'ScramSha256', 'ScramSha512'], kafkaAuthentication)
var problems = filter(
  [
    kafkaEventsTopic == kafkaTopic ? 'kafkaEventsTopic is ${kafkaEventsTopic}, the topic of pushes: expected another one' : ''
    isOtherKafka && !isSasl && kafkaAuthentication != 'None' ? 'kafkaAuthentication is ${kafkaAuthentication} with kafkaProtocol ${kafkaProtocol}: expected None' : ''
    isOtherKafka && isSasl && kafkaAuthentication == 'None' ? 'kafkaAuthentication is None with kafkaProtocol ${kafkaProtocol}: expected Plain, ScramSha256, ScramSha512 or OAuthBearer' : ''
    isOtherKafka && kafkaAuthentication == 'OAuthBearer' && pushAck == 'queue' ? 'pushAck is queue with kafkaAuthentication OAuthBearer: expected broker' : ''
    isUserNeeded && empty(kafkaUsername) ? 'kafkaUsername is missing with kafkaAuthentication ${kafkaAuthentication}: expected a user of the broker' : ''
    isUserNeeded && empty(kafkaPassword) ? 'kafkaPassword is missing with kafkaAuthentication ${kafkaAuthentication}: expected the user\'s' : ''
    routerMinReplicas > routerMaxReplicas ? 'routerMinReplicas is ${routerMinReplicas}: expected routerMaxReplicas, ${routerMaxReplicas}, at most' : ''
    functionsAlwaysReady > functionsMaximumInstances ? 'functionsAlwaysReady is ${functionsAlwaysReady}: expected functionsMaximumInstances, ${functionsMaximumInstances}, at most' : ''
    parseCidr(networkPrefix).cidr > 22 ? 'networkPrefix is ${networkPrefix}: expected a /22 or larger' : ''
  ],
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
    pushAck: pushAck
    kafka: {
      brokers: kafkaBrokers
      topic: kafkaTopic
      eventsTopic: kafkaEventsTopic
      protocol: kafkaProtocol
      authentication: kafkaAuthentication
      username: kafkaUsername
      caFile: kafkaCaFile
      partitioner: kafkaPartitioner
    }
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
output KAFKA_BOOTSTRAP_SERVERS string = resources.outputs.brokers
