// The network in which the function app reaches the router nodes, which have no public address. The comets are in it for private endpoints.
param name string
param location string
param tags object
@description('A /22 or larger. Each subnet is a /24.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        // Flex Consumption needs the same delegation as Container Apps, and a subnet of its own.
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
      {
        name: 'comets'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 3)
          delegations: [{ name: 'comets', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
    ]
  }

  resource functions 'subnets' existing = { name: 'functions' }
  resource routers 'subnets' existing = { name: 'routers' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
  resource comets 'subnets' existing = { name: 'comets' }
}

output id string = network.id
output functionsSubnetId string = network::functions.id
output routersSubnetId string = network::routers.id
output endpointsSubnetId string = network::endpoints.id
output cometsSubnetId string = network::comets.id
