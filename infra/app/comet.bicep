// The comets: replicas that clients connect to from the internet. They read the topic of pushes, and register clients at the function app.
import { cometOptions, kafkaOptions, userAssignedIdentity } from '../types.bicep'

param name string
param location string
param tags object
param environmentId string
param registry string
param identity userAssignedIdentity
@description('Https address of the function app.')
param api string
@description('URI of the comets\' caller key in Key Vault, without a version, so that a new version is used.')
param keyUri string
@description('URI of the key of the rule that scales the comets, in the same form.')
param scaleKeyUri string
@description('Of the tokens that the comets show in place of the key. Empty: the key.')
param audience string
param applicationInsightsName string
@description('The broker, with the protocol and authentication of the comets.')
param kafka kafkaOptions
param isPasswordNeeded bool
@description('URI of the broker\'s password in Key Vault, in the same form.')
param kafkaSecretUri string
param options cometOptions

var port = 8090
// Not behind the ingress, so that /monitor is for the probes alone.
var monitorPort = 8091
var tcpPort = 8080

// Seconds of a stop beside Comet__DrainTime: 10 s are CometApp.StopTime, the others are a reserve.
var stopSeconds = 30

var isTcp = options.tcpPort > 0
var drainTime = '00:${padLeft(string(options.drainSeconds / 60), 2, '0')}:${padLeft(string(options.drainSeconds % 60), 2, '0')}'

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

module image 'container-image.bicep' = {
  name: 'comet-image'
  params: {
    name: name
    exists: options.exists
    // Listens on ASPNETCORE_URLS as the comet does, so its probe below passes.
    placeholder: 'mcr.microsoft.com/dotnet/samples:aspnetapp'
  }
}

// A comet that cannot reach the function app or the broker keeps its clients. So only the startup probe asks for them: a new revision whose
// replicas cannot work does not replace the old one.
var cometProbes = [
  { type: 'Startup', httpGet: { port: monitorPort, path: '/monitor/ping' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 10 }
  { type: 'Readiness', httpGet: { port: monitorPort, path: '/monitor/stat' }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 }
  { type: 'Liveness', httpGet: { port: monitorPort, path: '/monitor/stat' }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 }
]

// The placeholder has neither route.
var placeholderProbes = [{ type: 'Startup', tcpSocket: { port: port }, periodSeconds: 2, failureThreshold: 10 }]

var settings = concat(
  [
    { name: 'ASPNETCORE_URLS', value: 'http://+:${port};http://+:${monitorPort}' }
    { name: 'Comet__MonitorPort', value: string(monitorPort) }
    { name: 'Comet__Api', value: api }
    { name: 'Comet__TcpPort', value: isTcp ? string(tcpPort) : '0' }
    // Connections stay where they are when a replica is added, so one has more than the average.
    { name: 'Comet__MaxConnections', value: string(options.connectionsPerReplica * 2) }
    { name: 'Comet__DrainTime', value: drainTime }
    { name: 'Comet__AllowedOrigins', value: options.allowedOrigins }
    { name: 'KafkaBrokers', value: kafka.brokers }
    { name: 'KafkaTopic', value: kafka.topic }
    { name: 'KafkaEventsTopic', value: kafka.eventsTopic }
    { name: 'KafkaProtocol', value: kafka.protocol }
    { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsights.properties.ConnectionString }
    { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.clientId};Authorization=AAD' }
  ],
  empty(audience)
    ? [{ name: 'Comet__CallerKey', secretRef: 'caller-key' }]
    : [
        { name: 'Comet__CallerAudience', value: audience }
        { name: 'Comet__CallerIdentity', value: identity.clientId }
      ],
  kafka.authentication == 'None'
    ? []
    : [
        { name: 'KafkaAuthentication', value: kafka.authentication }
        // A comet has one identity, so kafka.username cannot be the client id of another.
        { name: 'KafkaUsername', value: kafka.authentication == 'OAuthBearer' ? identity.clientId : kafka.username }
      ],
  isPasswordNeeded ? [{ name: 'KafkaPassword', secretRef: 'kafka-password' }] : [],
  empty(options.kafkaCaFile) ? [] : [{ name: 'KafkaCaFile', value: options.kafkaCaFile }]
)

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'comet' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registry, identity: identity.id }]
      secrets: concat(
        [{ name: 'scale-key', keyVaultUrl: scaleKeyUri, identity: identity.id }],
        empty(audience) ? [{ name: 'caller-key', keyVaultUrl: keyUri, identity: identity.id }] : [],
        isPasswordNeeded ? [{ name: 'kafka-password', keyVaultUrl: kafkaSecretUri, identity: identity.id }] : []
      )
      ingress: {
        external: true
        allowInsecure: false
        // HTTP/1.1, over which WebSockets are opened. TLS ends at the ingress.
        transport: 'http'
        targetPort: port
        customDomains: map(options.customDomains, domain => union(domain, { bindingType: 'SniEnabled' }))
        // Without TLS. Needs an environment in a network of ours, and a port that no other app of the environment has.
        additionalPortMappings: isTcp ? [{ external: true, targetPort: tcpPort, exposedPort: options.tcpPort }] : []
      }
    }
    template: {
      // The platform kills a replica after this time.
      terminationGracePeriodSeconds: options.drainSeconds + stopSeconds
      containers: [
        {
          name: 'comet'
          image: image.outputs.image
          resources: { cpu: json(options.cpu), memory: options.memory }
          env: settings
          // A deployment replaces the image alone, so the first comet has the placeholder's probe until the next provision.
          probes: image.outputs.isPlaceholder ? placeholderProbes : cometProbes
        }
      ]
      scale: {
        minReplicas: options.minReplicas
        maxReplicas: options.maxReplicas
        // The platform's own http and tcp rules count new requests and connections, not open ones. A rule with an identity works for
        // queues, Service Bus and Event Hubs only (https://github.com/microsoft/azure-container-apps/issues/1786). So the first rule asks
        // the function app for the number of sessions, with a key of its own that can only read. Memory follows the connections without it.
        rules: [
          {
            name: 'connections'
            custom: {
              type: 'metrics-api'
              metadata: {
                url: '${api}/1/count?type=total'
                valueLocation: 'data.sessions'
                targetValue: string(options.connectionsPerReplica)
                authMode: 'apiKey'
                method: 'header'
                keyParamName: 'x-goim-key'
              }
              auth: [{ triggerParameter: 'apiKey', secretRef: 'scale-key' }]
            }
          }
          { name: 'cpu', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } } }
          { name: 'memory', custom: { type: 'memory', metadata: { type: 'Utilization', value: '75' } } }
        ]
      }
    }
  }
}

output id string = app.id
output name string = app.name
output url string = 'wss://${app.properties.configuration.ingress.fqdn}/sub'
