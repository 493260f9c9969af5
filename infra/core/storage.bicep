// The app's storage, without shared keys: host (keys, leases, diagnostics), deployment package, journal queue, idempotency keys.
param name string
param location string
param tags object
param zoneRedundant bool
@description('Only private endpoints lead to it.')
param isPrivate bool
@description('Principal of the function app.')
param functionsPrincipalId string

var deploymentContainer = 'app-package'

// Goim.Logic: IdempotencyKeys.ContainerName, RouterJournal.Queue and .PoisonQueue.
var idempotencyContainer = 'goim-idempotency'
var journalQueues = ['goim-router-journal', 'goim-router-journal-poison']

// Why each is needed:
var roles = {
  // Storage Blob Data Owner: the host's keys and leases (https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity),
  // the deployment package, and the idempotency keys, which are created, replaced and deleted.
  blobs: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // Storage Queue Data Contributor: the journal is written, read and deleted from, and both the app and the queue trigger create a queue that is missing.
  queues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  // Storage Table Data Contributor: the host writes its diagnostic events to a table of its storage.
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

  // A key holds for 5 minutes at most. The platform runs its rules about once a day.
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
