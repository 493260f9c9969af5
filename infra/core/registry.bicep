// The container registry with the images of router node and comet.
param name string
param location string
param tags object
@description('Principal of the router nodes.')
param routerPrincipalId string
@description('Principal of the comets.')
param cometPrincipalId string

// AcrPull: the platform pulls each image with the identity of its app.
var pull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

resource pullers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in [routerPrincipalId, cometPrincipalId]: {
    name: guid(registry.id, principalId, pull)
    scope: registry
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', pull)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

output loginServer string = registry.properties.loginServer
