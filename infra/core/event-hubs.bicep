// Event Hubs as the Kafka broker: a namespace is the cluster, an event hub a topic.
import { eventHubsOptions } from '../types.bicep'

param name string
param location string
param tags object
@description('The topic of pushes, which the comets read.')
param topic string
param eventsTopic string
// A unit takes 1,000 events/s or 1 MB/s, whichever is reached first; more is throttled. Event Hubs adds units up to the maximum by itself.
// They stay until the next deployment, which writes throughputUnits. In this tier the number of partitions cannot be changed.
param size eventHubsOptions
param zoneRedundant bool
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
@description('queue: the output binding signs in with a connection string that can only send. broker: the app signs in with its identity, and keys are off.')
@allowed(['queue', 'broker'])
param pushAck string
@description('Principal of the function app.')
param functionsPrincipalId string
@description('Principal of the comets.')
param cometPrincipalId string

// Azure Event Hubs Data Sender: the app's producer writes to both topics.
var dataSender = '2b629674-e913-4c01-ae53-ef4638d8f975'
// Azure Event Hubs Data Receiver: a comet reads the topic of pushes, and nothing else.
var dataReceiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'

var hub = {
  partitionCount: size.partitions
  retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: size.retentionHours }
}

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // The Basic tier has no Kafka endpoint. Standard takes records up to 1 MB, and no compression.
  sku: { name: 'Standard', tier: 'Standard', capacity: size.throughputUnits }
  properties: {
    kafkaEnabled: true
    disableLocalAuth: pushAck == 'broker'
    isAutoInflateEnabled: size.maximumThroughputUnits > size.throughputUnits
    maximumThroughputUnits: size.maximumThroughputUnits > size.throughputUnits ? size.maximumThroughputUnits : 0
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    zoneRedundant: zoneRedundant
  }

  resource pushes 'eventhubs' = { name: topic, properties: hub }
  resource events 'eventhubs' = { name: eventsTopic, properties: hub }

  resource send 'authorizationRules' = if (pushAck == 'queue') {
    name: 'functions-send'
    properties: { rights: ['Send'] }
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (pushAck == 'broker') {
  name: guid(namespace.id, functionsPrincipalId, dataSender)
  scope: namespace
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::pushes.id, cometPrincipalId, dataReceiver)
  scope: namespace::pushes
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReceiver)
    principalId: cometPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output id string = namespace.id
output name string = namespace.name
