// The function app on Flex Consumption, with all settings of the app and the host.
import { secretNames } from '../secrets.bicep'
import { accessOptions, connectOptions, functionsOptions, kafkaOptions, userAssignedIdentity } from '../types.bicep'

param name string
param planName string
param location string
param tags object
param zoneRedundant bool
param subnetId string
param identity userAssignedIdentity
param storageName string
@description('URL of the container that deployments go to.')
param deploymentContainerUrl string
param applicationInsightsName string
@description('Https address of the router nodes.')
param routerAddress string

param kafka kafkaOptions
@description('With Event Hubs, protocol, authentication and user name in kafka are not used.')
param isEventHubs bool
param isPasswordNeeded bool
@description('Address of the secrets in Key Vault. A secret has its name after it, and no version, so that a new version is used.')
param vaultUri string
param connect connectOptions
@description('Whether the keys of the clients\' tokens are in Key Vault.')
param isJwtKeyNeeded bool
param access accessOptions
@description('Principal of the comets, which is the subject of their tokens.')
param cometPrincipalId string
@allowed(['queue', 'broker'])
param pushAck string
@description('Its member settings: more app settings, or other values than below. No secrets.')
param options functionsOptions

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// Flex Consumption has the runtime in functionAppConfig. It refuses FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION and the
// WEBSITE_* settings of packages, mounts and routing: https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
var hostSettings = {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
  // An alert reads a line of the host's log. The line must be there whether or not its request was sampled.
  AzureMonitorExporter__EnableTraceBasedLogsSampler: 'false'
  // Bytes. The host reads a whole body into memory before a function is called. Raise it together with Push__MaxRequestBytes.
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '8600000'
  // Workers of .NET 10 end with SIGSEGV on Flex Consumption otherwise: azure-functions-dotnet-worker issue 3335, open.
  WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED: '0'
}

// The platform resolves these with the app's identity.
func reference(vaultUri string, name string) string => '@Microsoft.KeyVault(SecretUri=${vaultUri}/${name})'

var connectSettings = union(
  { Connect__Tokens: connect.tokens },
  isJwtKeyNeeded
    ? {
        Connect__Jwt__Keys__1: reference(vaultUri, secretNames.jwtKey1)
        Connect__Jwt__Keys__2: reference(vaultUri, secretNames.jwtKey2)
      }
    : {},
  empty(connect.authority) ? {} : { Connect__Jwt__Authority: connect.authority },
  empty(connect.issuer) ? {} : { Connect__Jwt__Issuer: connect.issuer },
  empty(connect.audience) ? {} : { Connect__Jwt__Audience: connect.audience }
)

// The rule that scales the comets can show a key only, so it is a caller of its own, which may only read. Its name has no hyphen, because
// names of app settings cannot have one.
var accessSettings = union(
  {
    Access__KeepFunctionKeys: access.keepFunctionKeys
    Access__Callers__backend__Key: reference(vaultUri, secretNames.backend)
    Access__Callers__backend__Scopes: 'push.user,push.room,push.all,read'
    Access__Callers__comet__Scopes: 'comet'
    Access__Callers__comet_scale__Key: reference(vaultUri, secretNames.scale)
    Access__Callers__comet_scale__Scopes: 'read'
  },
  empty(access.audience)
    ? { Access__Callers__comet__Key: reference(vaultUri, secretNames.comet) }
    : {
        Access__Authority: empty(access.authority) ? '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0' : access.authority
        Access__Audience: access.audience
        Access__Callers__comet__Subject: cometPrincipalId
      }
)

var goimSettings = {
  KafkaBrokers: kafka.brokers
  KafkaTopic: kafka.topic
  KafkaEventsTopic: kafka.eventsTopic
  KafkaMaxRecordBytes: '1000000'
  KafkaPartitioner: kafka.partitioner
  KafkaCompression: 'none'
  KafkaDeliveryTimeout: '00:00:30'
  KafkaQueueMessages: '100000'
  Push__Ack: pushAck
  Push__MaxRequestBytes: '8388608'
  Push__MaxUsers: '1000000'
  Push__MaxConcurrent: '1000'
  Facade__MaxConcurrent: '1000'
  Events__Connections: options.eventsConnections ? 'true' : 'false'
  // Flex Consumption scales the trigger apart from HTTP, and it wakes an app at rest.
  Journal__Replay: 'trigger'
  Router__Nodes__1: routerAddress
  Router__Token: reference(vaultUri, secretNames.routerToken)
  Router__CallTimeout: '00:00:03'
  Router__BatchSize: '5000'
}

// How the app signs in to the broker. Event Hubs takes a connection string as the password of the user $ConnectionString, or an identity's token:
// https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview.
// The output binding supports OIDC client credentials and no managed identity.
var isIdentity = isEventHubs ? pushAck == 'broker' : kafka.authentication == 'OAuthBearer'
var protocol = isEventHubs ? 'SaslSsl' : kafka.protocol
var authentication = isIdentity ? 'OAuthBearer' : isEventHubs ? 'Plain' : kafka.authentication
var user = isEventHubs ? '$ConnectionString' : kafka.username
var username = isIdentity && (isEventHubs || empty(kafka.username)) ? identity.clientId : user
var signInSettings = union(
  { KafkaProtocol: protocol },
  authentication == 'None' ? {} : { KafkaAuthentication: authentication, KafkaUsername: username },
  isPasswordNeeded ? { KafkaPassword: reference(vaultUri, secretNames.password) } : {},
  empty(kafka.caFile) ? {} : { KafkaCaFile: kafka.caFile }
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: options.instanceMemoryMB
        maximumInstanceCount: options.maximumInstances
        alwaysReady: options.alwaysReady > 0 ? [{ name: 'http', instanceCount: options.alwaysReady }] : []
        triggers: { http: { perInstanceConcurrency: options.perInstanceConcurrency } }
      }
    }
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, connectSettings, accessSettings, goimSettings, signInSettings, options.settings)
  }

  // Deployments use Entra ID. Publishing passwords are off.
  resource ftp 'basicPublishingCredentialsPolicies' = { name: 'ftp', properties: { allow: false } }
  resource scm 'basicPublishingCredentialsPolicies' = { name: 'scm', properties: { allow: false } }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
