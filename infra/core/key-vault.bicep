// Holds the secrets: the token of the router nodes, the callers' keys, the keys of the clients' tokens, and the broker's password if it has one.
import { secretNames } from '../secrets.bicep'

param name string
param location string
param tags object
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
@description('Whether the app signs in to the broker with a password.')
param isPasswordNeeded bool
@description('Event Hubs namespace whose rule functions-send gives the password. Empty: the parameter password is used.')
param eventHubsName string
@secure()
param password string
@description('Whether the comets sign in to the app with a key.')
param isCometKeyNeeded bool
@description('Whether the keys of the clients\' tokens are needed.')
param isJwtKeyNeeded bool
@description('The first token of the router nodes. Like the keys below, it is used only where its secrets do not exist.')
@secure()
param newToken string = newGuid()
@secure()
param newBackendKey string = '${newGuid()}${newGuid()}'
@secure()
param newCometKey string = '${newGuid()}${newGuid()}'
@secure()
param newScaleKey string = '${newGuid()}${newGuid()}'
@secure()
param newJwtKey1 string = base64('${newGuid()}${newGuid()}')
@secure()
param newJwtKey2 string = base64('${newGuid()}${newGuid()}')
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
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource secret 'secrets' = if (isPasswordNeeded) {
    name: secretNames.password
    properties: { value: empty(eventHubsName) ? password : rule!.listKeys().primaryConnectionString }
  }

  // Later deployments leave all of these as they are.
  @onlyIfNotExists()
  resource token 'secrets' = {
    name: secretNames.routerToken
    properties: { value: newToken }
  }

  @onlyIfNotExists()
  resource nodeToken 'secrets' = {
    name: secretNames.nodeToken
    properties: { value: newToken }
  }

  @onlyIfNotExists()
  resource backendKey 'secrets' = {
    name: secretNames.backend
    properties: { value: newBackendKey }
  }

  @onlyIfNotExists()
  resource cometKey 'secrets' = if (isCometKeyNeeded) {
    name: secretNames.comet
    properties: { value: newCometKey }
  }

  @onlyIfNotExists()
  resource cometCallerKey 'secrets' = if (isCometKeyNeeded) {
    name: secretNames.cometCaller
    properties: { value: newCometKey }
  }

  @onlyIfNotExists()
  resource scaleKey 'secrets' = {
    name: secretNames.scale
    properties: { value: newScaleKey }
  }

  @onlyIfNotExists()
  resource scaleCallerKey 'secrets' = {
    name: secretNames.scaleCaller
    properties: { value: newScaleKey }
  }

  @onlyIfNotExists()
  resource jwtKey1 'secrets' = if (isJwtKeyNeeded) {
    name: secretNames.jwtKey1
    properties: { value: newJwtKey1 }
  }

  @onlyIfNotExists()
  resource jwtKey2 'secrets' = if (isJwtKeyNeeded) {
    name: secretNames.jwtKey2
    properties: { value: newJwtKey2 }
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

resource cometKeyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (isCometKeyNeeded) {
  name: guid(vault::cometCallerKey.id, cometPrincipalId, secretsUser)
  scope: vault::cometCallerKey
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: cometPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource scaleKeyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::scaleCallerKey.id, cometPrincipalId, secretsUser)
  scope: vault::scaleCallerKey
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
