// Private endpoints, each with the DNS zone that resolves the service's name to it.
param location string
param tags object
param networkId string
param subnetId string
@description('Private link\'s name of the service, the resource, and its private DNS zone: https://learn.microsoft.com/azure/private-link/private-endpoint-dns')
param endpoints { service: string, serviceId: string, zone: string }[]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, i) in endpoints: {
    parent: zones[i]
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

// One after another, because two at the same time in one subnet may be refused.
@batchSize(1)
resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: 'pe-${endpoint.service}'
          properties: { privateLinkServiceId: endpoint.serviceId, groupIds: [endpoint.service] }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.service, properties: { privateDnsZoneId: zones[i].id } }]
    }
    dependsOn: [links[i]]
  }
]
