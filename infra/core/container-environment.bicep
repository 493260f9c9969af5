// A Container Apps environment: that of the router nodes, whose load balancer has a private address only, or that of the comets.
param name string
param location string
param tags object
param networkId string
param subnetId string
@description('Whether its load balancer has a public address.')
param isPublic bool
param zoneRedundant bool
param workspaceId string

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    vnetConfiguration: { infrastructureSubnetId: subnetId, internal: !isPublic }
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    zoneRedundant: zoneRedundant
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    // By the diagnostic setting below, which needs no key of the workspace.
    appLogsConfiguration: { destination: 'azure-monitor' }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

module dns 'container-dns.bicep' = if (!isPublic) {
  name: 'container-dns'
  params: {
    domain: environment.properties.defaultDomain
    staticIp: environment.properties.staticIp
    networkId: networkId
    tags: tags
  }
}

output id string = environment.id
