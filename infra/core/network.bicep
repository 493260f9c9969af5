// The network in which the function app reaches the router nodes, which no public address leads to.
param name string
param location string
param tags object
@description('At least a /22; each subnet is a /24 of it.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        // Flex Consumption delegates to Microsoft.App/environments too, but shares its subnet with no Container Apps environment.
        name: 'functions'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 0)
          delegations: [{ name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'routers'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 1)
          delegations: [{ name: 'routers', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 24, 2) }
      }
    ]
  }

  resource functions 'subnets' existing = { name: 'functions' }
  resource routers 'subnets' existing = { name: 'routers' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

output id string = network.id
output functionsSubnetId string = network::functions.id
output routersSubnetId string = network::routers.id
output endpointsSubnetId string = network::endpoints.id
