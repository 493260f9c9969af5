// Private DNS zone that resolves the names of an internal Container Apps environment in the network.
// https://learn.microsoft.com/azure/container-apps/private-endpoints-and-dns
param domain string
param staticIp string
param networkId string
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags

  resource apps 'A' = {
    name: '*'
    properties: {
      ttl: 300
      aRecords: [{ ipv4Address: staticIp }]
    }
  }

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
