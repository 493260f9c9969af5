// Holds the broker's password, the only secret. Deployed only if there is a password.
param name string
param location string
param tags object
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
param secretName string
@description('Event Hubs namespace whose rule functions-send gives the password. Empty: the parameter password is used.')
param eventHubsName string
@secure()
param password string
@description('Principal of the function app.')
param functionsPrincipalId string
param workspaceId string

// Key Vault Secrets User: the platform reads the secret for KafkaPassword with the app's identity.
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

  resource secret 'secrets' = {
    name: secretName
    properties: { value: empty(eventHubsName) ? password : rule!.listKeys().primaryConnectionString }
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

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output id string = vault.id
