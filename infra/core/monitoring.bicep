// Log Analytics, and Application Insights over it. It accepts telemetry from identities only.
param workspaceName string
param applicationInsightsName string
param location string
param tags object
@description('Principals of the function app, the router nodes and the comets, which send telemetry.')
param principalIds string[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }

  // The logs, and the audit trail among them. Application Insights' tables have 90 days without charge, and no more are asked for:
  // https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
  resource logs 'tables' = {
    name: 'AppTraces'
    properties: { plan: 'Analytics', retentionInDays: 90, totalRetentionInDays: 90 }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

// Monitoring Metrics Publisher: allows them to send traces, metrics and logs, despite its name.
// https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication
resource publishers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    name: guid(applicationInsights.id, principalId, '3913510d-42f4-4e42-8a64-420c390055eb')
    scope: applicationInsights
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

output workspaceId string = workspace.id
output applicationInsightsName string = applicationInsights.name
