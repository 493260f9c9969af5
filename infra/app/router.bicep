// The router nodes: replicas over one Redis, behind one name that can be reached from the network only.
import { routerOptions, userAssignedIdentity } from '../types.bicep'

param name string
param location string
param tags object
param environmentId string
param registry string
param identity userAssignedIdentity
@description('host:port of Redis.')
param redis string
@description('URI of the nodes\' token in Key Vault, without a version, so that a new version is used.')
param tokenUri string
param applicationInsightsName string
param options routerOptions

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

var port = 7270

module image 'container-image.bicep' = {
  name: 'router-image'
  params: {
    name: name
    exists: options.exists
    // Listens on ASPNETCORE_URLS as the router node does, so the probes below pass.
    placeholder: 'mcr.microsoft.com/dotnet/samples:aspnetapp'
  }
}

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'router' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registry, identity: identity.id }]
      secrets: [{ name: 'token', keyVaultUrl: tokenUri, identity: identity.id }]
      ingress: {
        // External to the environment, because the function app is in the network and not in the environment. There is no public address.
        external: true
        allowInsecure: false
        // TLS ends at the ingress. It forwards HTTP/2 without TLS, and spreads the requests of one connection over the replicas.
        transport: 'http2'
        targetPort: port
      }
    }
    template: {
      containers: [
        {
          name: 'router'
          image: image.outputs.image
          resources: { cpu: json(options.cpu), memory: options.memory }
          env: [
            { name: 'ASPNETCORE_URLS', value: 'http://+:${port}' }
            { name: 'RouterNode__Token', secretRef: 'token' }
            { name: 'RouterNode__Store', value: 'redis' }
            { name: 'RouterNode__Redis', value: '${redis},ssl=true' }
            { name: 'RouterNode__RedisIdentity', value: identity.clientId }
            { name: 'RouterNode__Buckets', value: string(options.buckets) }
            { name: 'RouterNode__ServerLease', value: options.serverLease }
            { name: 'RouterNode__SessionExpiry', value: options.sessionExpiry }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsights.properties.ConnectionString }
            { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.clientId};Authorization=AAD' }
          ]
          // The port serves only HTTP/2 without TLS, which the platform's HTTP probes do not support.
          probes: [
            { type: 'Startup', tcpSocket: { port: port }, periodSeconds: 2, failureThreshold: 30 }
            { type: 'Readiness', tcpSocket: { port: port }, periodSeconds: 5, failureThreshold: 2 }
            { type: 'Liveness', tcpSocket: { port: port }, periodSeconds: 10, failureThreshold: 3 }
          ]
        }
      ]
      scale: {
        minReplicas: options.minReplicas
        maxReplicas: options.maxReplicas
        // By CPU, because the function app has few connections with many calls on each.
        rules: [{ name: 'cpu', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '70' } } }]
      }
    }
  }
}

output id string = app.id
output address string = 'https://${app.properties.configuration.ingress.fqdn}'
