// Azure Managed Redis with the router nodes' sessions: TLS and Entra ID only, no eviction.
param name string
param location string
param tags object
param sku string
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
@description('Principal of the router nodes.')
param routerPrincipalId string

resource cluster 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    // Adds a replica, in another zone if the region has zones.
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cluster
  name: 'default'
  properties: {
    clientProtocol: 'Encrypted'
    port: 10000
    accessKeysAuthentication: 'Disabled'
    // Redis Cluster's protocol. Every script of a router node uses one slot only.
    clusteringPolicy: 'OSSCluster'
    // A full Redis refuses new sessions. Eviction would delete the sessions of connected users.
    evictionPolicy: 'NoEviction'
    persistence: { aofEnabled: true, aofFrequency: '1s' }
  }
}

// The only access policy that exists. It allows every data command.
resource access 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01' = {
  parent: database
  name: 'router'
  properties: {
    accessPolicyName: 'default'
    user: { objectId: routerPrincipalId }
  }
}

output id string = cluster.id
output hostName string = cluster.properties.hostName
