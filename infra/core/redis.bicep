// Azure Managed Redis, where the router nodes keep the sessions: TLS and Entra ID only, nothing is evicted.
param name string
param location string
param tags object
param sku string
@description('Only private endpoints lead to it.')
param isPrivate bool
@description('Principal of the router nodes.')
param routerPrincipalId string

resource cluster 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    // A replica, in another zone where the region has zones.
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
    // Redis Cluster's own protocol: every script of a router node stays in one slot.
    clusteringPolicy: 'OSSCluster'
    // A full Redis refuses new sessions; one that evicts would forget those of connected users.
    evictionPolicy: 'NoEviction'
    persistence: { aofEnabled: true, aofFrequency: '1s' }
  }
}

// The only access policy there is: it allows every data command.
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
