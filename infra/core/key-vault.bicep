// Holds the secrets: the token of the router nodes, the comets' function key, and the broker's password if it has one.
param name string
param location string
param tags object
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
@description('Whether the app signs in to the broker with a password.')
param isPasswordNeeded bool
@description('Secret with the password.')
param secretName string
@description('Event Hubs namespace whose rule functions-send gives the password. Empty: the parameter password is used.')
param eventHubsName string
@secure()
param password string
@description('Secret with the token that the app sends to the router nodes.')
param tokenName string
@description('Secret with the token that the router nodes accept, or with two, separated by a comma, while it is changed.')
param nodeTokenName string
@description('The first token. It is used only where a secret does not exist.')
@secure()
param newToken string = newGuid()
@description('Secret with the function key of the comets. The file infra/comet-key.sh gives it to the function app.')
param cometKeyName string
@description('The first function key of the comets. It is used only where the secret does not exist.')
@secure()
param newCometKey string = newGuid()
@description('Principal of the function app.')
param functionsPrincipalId string
@description('Principal of the router nodes.')
param routerPrincipalId string
@description('Principal of the comets.')
param cometPrincipalId string
@description('Whether the comets sign in to the broker with the password too.')
param isCometPasswordNeeded bool
param workspaceId string

// Key Vault Secrets User: the platform reads the secrets with the app's identity, and those of nodes and comets with theirs.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource rule 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' existing = if (!empty(eventHubsName)) {
  name: '${eventHubsName}/functions-send'
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    enablePurgeProtection: true
    // Azure Resource Manager reads the comets' key for infra/comet-key.sh.
    enabledForTemplateDeployment: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource secret 'secrets' = if (isPasswordNeeded) {
    name: secretName
    properties: { value: empty(eventHubsName) ? password : rule!.listKeys().primaryConnectionString }
  }

  // Later deployments leave these three as they are. docs/operate.md says how to change them.
  @onlyIfNotExists()
  resource token 'secrets' = {
    name: tokenName
    properties: { value: newToken }
  }

  @onlyIfNotExists()
  resource nodeToken 'secrets' = {
    name: nodeTokenName
    properties: { value: newToken }
  }

  @onlyIfNotExists()
  resource cometKey 'secrets' = {
    name: cometKeyName
    properties: { value: newCometKey }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, functionsPrincipalId, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource nodeReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::nodeToken.id, routerPrincipalId, secretsUser)
  scope: vault::nodeToken
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: routerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource cometKeyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::cometKey.id, cometPrincipalId, secretsUser)
  scope: vault::cometKey
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: cometPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource cometPasswordReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (isCometPasswordNeeded) {
  name: guid(vault::secret.id, cometPrincipalId, secretsUser)
  scope: vault::secret
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: cometPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
