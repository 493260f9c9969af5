// The app's storage account: the host's keys, leases and diagnostics, the deployment package, the journal, idempotency keys. Shared keys are off.
param name string
param location string
param tags object
param zoneRedundant bool
@description('Whether it can be reached by private endpoints only.')
param isPrivate bool
@description('Principal of the function app.')
param functionsPrincipalId string

var deploymentContainer = 'app-package'

// Goim.Logic: IdempotencyKeys.ContainerName, RouterJournal.Queue and .PoisonQueue.
var idempotencyContainer = 'goim-idempotency'
var journalQueues = ['goim-router-journal', 'goim-router-journal-poison']

// Each role, and why the app needs it.
var roles = {
  // Storage Blob Data Owner: the host's keys and leases (https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity),
  // the deployment package, and the idempotency keys, which are created, replaced and deleted.
  blobs: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // Storage Queue Data Contributor: the app writes to the journal, and the queue trigger reads and deletes its entries. Both create a missing queue.
  queues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  // Storage Table Data Contributor: the host writes diagnostic events to a table.
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'None' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource deployments 'containers' = { name: deploymentContainer }
    resource idempotency 'containers' = { name: idempotencyContainer }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource journal 'queues' = [for queue in journalQueues: { name: queue }]
  }

  // An idempotency key is used for at most 5 minutes. The platform applies these rules about once a day.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'delete-idempotency-keys'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${idempotencyContainer}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    name: guid(account.id, functionsPrincipalId, role.value)
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

output id string = account.id
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${deploymentContainer}'
