// Everything in the resource group. All names are computed before deployment, so the template shows every setting.
import { secretNames } from 'secrets.bicep'
import { accessOptions, cometOptions, connectOptions, kafkaOptions, eventHubsOptions, functionsOptions, routerOptions } from 'types.bicep'

@description('Suffix that makes names unique.')
param token string
param location string
param tags object
param zoneRedundant bool
param isPrivate bool
param networkPrefix string
param alertEmail string
param connect connectOptions
param access accessOptions
@allowed(['queue', 'broker'])
param pushAck string
param kafka kafkaOptions
@secure()
param kafkaPassword string
param eventHubs eventHubsOptions
param functions functionsOptions
param router routerOptions
param comet cometOptions
param redisSku string

var useEventHubs = empty(kafka.brokers)
var eventHubsName = 'evhns-${token}'
var brokers = useEventHubs ? '${eventHubsName}.servicebus.windows.net:9093' : kafka.brokers
var isPasswordNeeded = useEventHubs ? pushAck == 'queue' : contains(['Plain', 'ScramSha256', 'ScramSha512'], kafka.authentication)
var vaultName = 'kv-${token}'
var secretsUri = 'https://${vaultName}${environment().suffixes.keyvaultDns}/secrets'
var storageName = 'st${token}'
var routerName = 'ca-router-${token}'

var isJwtKeyNeeded = connect.tokens == 'Jwt' && empty(connect.authority)

// Comets sign in to Event Hubs with their identity, whatever pushAck says.
var isCometPasswordNeeded = !useEventHubs && isPasswordNeeded

module functionsIdentity 'core/identity.bicep' = { name: 'functions-identity', params: { name: 'id-functions-${token}', location: location, tags: tags } }

module routerIdentity 'core/identity.bicep' = { name: 'router-identity', params: { name: 'id-router-${token}', location: location, tags: tags } }

module cometIdentity 'core/identity.bicep' = { name: 'comet-identity', params: { name: 'id-comet-${token}', location: location, tags: tags } }

module monitoring 'core/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: tags
    principalIds: [functionsIdentity.outputs.principalId, routerIdentity.outputs.principalId, cometIdentity.outputs.principalId]
  }
}

module network 'core/network.bicep' = { name: 'network', params: { name: 'vnet-${token}', location: location, tags: tags, addressPrefix: networkPrefix } }

module storage 'core/storage.bicep' = {
  name: 'storage'
  params: {
    name: storageName
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    isPrivate: isPrivate
    functionsPrincipalId: functionsIdentity.outputs.principalId
  }
}

module namespace 'core/event-hubs.bicep' = if (useEventHubs) {
  name: 'event-hubs'
  params: {
    name: eventHubsName
    location: location
    tags: tags
    topic: kafka.topic
    eventsTopic: kafka.eventsTopic
    size: eventHubs
    zoneRedundant: zoneRedundant
    isPrivate: isPrivate
    pushAck: pushAck
    functionsPrincipalId: functionsIdentity.outputs.principalId
    cometPrincipalId: cometIdentity.outputs.principalId
  }
}

module keyVault 'core/key-vault.bicep' = {
  name: 'key-vault'
  params: {
    name: vaultName
    location: location
    tags: tags
    isPrivate: isPrivate
    isPasswordNeeded: isPasswordNeeded
    eventHubsName: isPasswordNeeded && useEventHubs ? namespace!.outputs.name : ''
    password: kafkaPassword
    isCometKeyNeeded: empty(access.audience)
    isJwtKeyNeeded: isJwtKeyNeeded
    functionsPrincipalId: functionsIdentity.outputs.principalId
    routerPrincipalId: routerIdentity.outputs.principalId
    cometPrincipalId: cometIdentity.outputs.principalId
    isCometPasswordNeeded: isCometPasswordNeeded
    workspaceId: monitoring.outputs.workspaceId
  }
}

module redis 'core/redis.bicep' = {
  name: 'redis'
  params: {
    name: 'amr-${token}'
    location: location
    tags: tags
    sku: redisSku
    isPrivate: isPrivate
    routerPrincipalId: routerIdentity.outputs.principalId
  }
}

module registry 'core/registry.bicep' = {
  name: 'registry'
  params: {
    name: 'cr${token}'
    location: location
    tags: tags
    routerPrincipalId: routerIdentity.outputs.principalId
    cometPrincipalId: cometIdentity.outputs.principalId
  }
}

module endpoints 'core/private-endpoints.bicep' = if (isPrivate) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.endpointsSubnetId
    endpoints: concat(
      [
        { service: 'blob', serviceId: storage.outputs.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }
        { service: 'queue', serviceId: storage.outputs.id, zone: 'privatelink.queue.${environment().suffixes.storage}' }
        { service: 'table', serviceId: storage.outputs.id, zone: 'privatelink.table.${environment().suffixes.storage}' }
        { service: 'redisEnterprise', serviceId: redis.outputs.id, zone: 'privatelink.redis.azure.net' }
        { service: 'vault', serviceId: keyVault.outputs.id, zone: 'privatelink.vaultcore.azure.net' }
      ],
      useEventHubs ? [{ service: 'namespace', serviceId: namespace!.outputs.id, zone: 'privatelink.servicebus.windows.net' }] : []
    )
  }
}

module containerEnvironment 'core/container-environment.bicep' = {
  name: 'container-environment'
  params: {
    name: 'cae-${token}'
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.routersSubnetId
    isPublic: false
    zoneRedundant: zoneRedundant
    workspaceId: monitoring.outputs.workspaceId
  }
}

module routers 'app/router.bicep' = {
  name: 'routers'
  params: {
    name: routerName
    location: location
    tags: tags
    environmentId: containerEnvironment.outputs.id
    registry: registry.outputs.loginServer
    identity: { id: routerIdentity.outputs.id, clientId: routerIdentity.outputs.clientId }
    redis: '${redis.outputs.hostName}:10000'
    tokenUri: '${secretsUri}/${secretNames.nodeToken}'
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    options: router
  }
  // A node is created only if its token can be read.
  dependsOn: [endpoints, keyVault]
}

module functionApp 'app/function.bicep' = {
  name: 'functions'
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    subnetId: network.outputs.functionsSubnetId
    identity: { id: functionsIdentity.outputs.id, clientId: functionsIdentity.outputs.clientId }
    storageName: storageName
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    kafka: union(kafka, { brokers: brokers })
    isEventHubs: useEventHubs
    isPasswordNeeded: isPasswordNeeded
    vaultUri: secretsUri
    connect: connect
    isJwtKeyNeeded: isJwtKeyNeeded
    access: access
    cometPrincipalId: cometIdentity.outputs.principalId
    pushAck: pushAck
    routerAddress: routers.outputs.address
    options: functions
  }
  // At its first start the app needs the private endpoint of its storage, and the secrets in the vault.
  dependsOn: [endpoints, keyVault]
}

// An environment has one kind of load balancer, so the public comets are not in that of the router nodes.
module cometEnvironment 'core/container-environment.bicep' = {
  name: 'comet-environment'
  params: {
    name: 'cae-comet-${token}'
    location: location
    tags: tags
    networkId: network.outputs.id
    subnetId: network.outputs.cometsSubnetId
    isPublic: true
    zoneRedundant: zoneRedundant
    workspaceId: monitoring.outputs.workspaceId
  }
}

module comets 'app/comet.bicep' = {
  name: 'comets'
  params: {
    name: 'ca-comet-${token}'
    location: location
    tags: tags
    environmentId: cometEnvironment.outputs.id
    registry: registry.outputs.loginServer
    identity: { id: cometIdentity.outputs.id, clientId: cometIdentity.outputs.clientId }
    api: functionApp.outputs.url
    keyUri: '${secretsUri}/${secretNames.cometCaller}'
    scaleKeyUri: '${secretsUri}/${secretNames.scaleCaller}'
    audience: access.audience
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    kafka: union(kafka, {
      brokers: brokers
      protocol: useEventHubs ? 'SaslSsl' : kafka.protocol
      authentication: useEventHubs ? 'OAuthBearer' : kafka.authentication
    })
    isPasswordNeeded: isCometPasswordNeeded
    kafkaSecretUri: '${secretsUri}/${secretNames.password}'
    options: comet
  }
  // A comet is created only if its keys can be read.
  dependsOn: [endpoints, keyVault]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    routerId: routers.outputs.id
    routerMinReplicas: router.minReplicas
    cometId: comets.outputs.id
    cometMinReplicas: comet.minReplicas
    redisId: redis.outputs.id
    eventHubsId: useEventHubs ? namespace!.outputs.id : ''
    eventHubsThroughputUnits: max(eventHubs.throughputUnits, eventHubs.maximumThroughputUnits)
  }
}

module workbook 'app/workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    routerId: routers.outputs.id
    cometId: comets.outputs.id
    redisId: redis.outputs.id
    eventHubsId: useEventHubs ? namespace!.outputs.id : ''
  }
}

output registry string = registry.outputs.loginServer
output functionsName string = functionApp.outputs.name
output functionsUrl string = functionApp.outputs.url
output routerName string = routerName
output routerAddress string = routers.outputs.address
output cometName string = comets.outputs.name
output cometUrl string = comets.outputs.url
output keyVaultName string = vaultName
output brokers string = brokers
output workbookUrl string = workbook.outputs.url
