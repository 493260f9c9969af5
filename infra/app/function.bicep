// The function app on Flex Consumption, with every setting that it and the host need.
import { functionsOptions, kafkaOptions, userAssignedIdentity } from '../types.bicep'

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
@description('Event Hubs is signed in to by other settings than those in kafka.')
param isEventHubs bool
param isPasswordNeeded bool
@description('The secret in Key Vault that is the password, without a version so that a new one is taken up.')
param vaultUri string
@allowed(['queue', 'broker'])
param pushAck string
@description('Settings among them: further app settings, or other values than those below; no secrets.')
param options functionsOptions

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// Flex Consumption takes the runtime from functionAppConfig and refuses FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION and the
// WEBSITE_* settings of packages, mounts and routing: https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
var hostSettings = {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
  // An alert reads a line that the host logs: it must not depend on the sampling of the request that made the producer.
  AzureMonitorExporter__EnableTraceBasedLogsSampler: 'false'
}

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
  Push__MaxRequestBytes: '33554432'
  Push__MaxUsers: '1000000'
  Push__MaxConcurrent: '1000'
  Events__Connections: options.eventsConnections ? 'true' : 'false'
  Router__Nodes__1: routerAddress
  Router__CallTimeout: '00:00:03'
  Router__BatchSize: '5000'
}

// How the broker is signed in to. Event Hubs takes a connection string as the password of the user $ConnectionString, or an identity's token,
// which the output binding cannot get: https://learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview
var isIdentity = isEventHubs ? pushAck == 'broker' : kafka.authentication == 'OAuthBearer'
var protocol = isEventHubs ? 'SaslSsl' : kafka.protocol
var authentication = isIdentity ? 'OAuthBearer' : isEventHubs ? 'Plain' : kafka.authentication
var user = isEventHubs ? '$ConnectionString' : kafka.username
var username = isIdentity && (isEventHubs || empty(kafka.username)) ? identity.clientId : user
var signInSettings = union(
  { KafkaProtocol: protocol },
  authentication == 'None' ? {} : { KafkaAuthentication: authentication, KafkaUsername: username },
  isPasswordNeeded ? { KafkaPassword: '@Microsoft.KeyVault(SecretUri=${vaultUri})' } : {},
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
    properties: union(hostSettings, goimSettings, signInSettings, options.settings)
  }

  // Deployments sign in with Entra ID, not with a publishing password.
  resource ftp 'basicPublishingCredentialsPolicies' = { name: 'ftp', properties: { allow: false } }
  resource scm 'basicPublishingCredentialsPolicies' = { name: 'scm', properties: { allow: false } }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
