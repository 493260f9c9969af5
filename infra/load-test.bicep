// Not part of azd up. Goim.Benchmarks/load-test --azure deploys it into the resource group of a deployment: a job, started by hand, in the
// environment of the comets. docs/load-test.md has its costs, and how to delete it.
import { secretNames } from 'secrets.bicep'

@description('What the names of the deployment\'s resources end in.')
@minLength(13)
param token string
param location string = resourceGroup().location
@description('Repository and tag in the deployment\'s registry.')
param image string
@description('Replicas that run at the same time.')
@minValue(1)
@maxValue(100)
param jobs int
@description('Of Goim.Benchmarks: load-job and its options. No secrets.')
param arguments string[]
@description('Whether the deployment has keys for the tokens of clients: CONNECT_TOKENS is Jwt, without an authority.')
param hasJwtKeys bool = true
@description('`iss` of the tokens that the jobs sign; empty for none.')
param jwtIssuer string = ''
@description('`aud` of the tokens that the jobs sign; empty for none.')
param jwtAudience string = ''
@description('Cores of a job, whose memory is twice as many Gi.')
@allowed(['0.5', '1.0', '2.0'])
param cpu string = '1.0'

// Built-in roles: AcrPull, Key Vault Secrets User.
var pull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

var memory = { '0.5': '1Gi', '1.0': '2Gi', '2.0': '4Gi' }

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' existing = {
  name: 'cae-comet-${token}'
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' existing = {
  name: 'cr${token}'
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: 'kv-${token}'

  resource backendKey 'secrets' existing = {
    name: secretNames.backend
  }

  resource jwtKey 'secrets' existing = {
    name: secretNames.jwtKey1
  }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-load-${token}'
  location: location
}

resource puller 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, pull)
  scope: registry
  properties: { roleDefinitionId: pull, principalId: identity.properties.principalId, principalType: 'ServicePrincipal' }
}

resource backendKeyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::backendKey.id, identity.id, secretsUser)
  scope: vault::backendKey
  properties: { roleDefinitionId: secretsUser, principalId: identity.properties.principalId, principalType: 'ServicePrincipal' }
}

resource jwtKeyReader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hasJwtKeys) {
  name: guid(vault::jwtKey.id, identity.id, secretsUser)
  scope: vault::jwtKey
  properties: { roleDefinitionId: secretsUser, principalId: identity.properties.principalId, principalType: 'ServicePrincipal' }
}

resource job 'Microsoft.App/jobs@2025-07-01' = {
  name: 'job-load-${token}'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      manualTriggerConfig: { parallelism: jobs, replicaCompletionCount: jobs }
      // A load test that failed is not repeated by itself.
      replicaRetryLimit: 0
      replicaTimeout: 3600
      registries: [{ server: registry.properties.loginServer, identity: identity.id }]
      secrets: concat(
        [{ name: 'backend-key', keyVaultUrl: '${vault.properties.vaultUri}secrets/${secretNames.backend}', identity: identity.id }],
        hasJwtKeys
          ? [{ name: 'jwt-key', keyVaultUrl: '${vault.properties.vaultUri}secrets/${secretNames.jwtKey1}', identity: identity.id }]
          : []
      )
    }
    template: {
      containers: [
        {
          name: 'load'
          image: '${registry.properties.loginServer}/${image}'
          args: arguments
          resources: { cpu: json(cpu), memory: memory[cpu] }
          env: concat(
            [{ name: 'GOIM_KEY', secretRef: 'backend-key' }],
            hasJwtKeys ? [{ name: 'GOIM_JWT_KEY', secretRef: 'jwt-key' }] : [],
            empty(jwtIssuer) ? [] : [{ name: 'GOIM_JWT_ISSUER', value: jwtIssuer }],
            empty(jwtAudience) ? [] : [{ name: 'GOIM_JWT_AUDIENCE', value: jwtAudience }]
          )
        }
      ]
    }
  }
  // The image is pulled, and the secrets are read, when the job is created and started.
  dependsOn: [puller, backendKeyReader, jwtKeyReader]
}

output name string = job.name
