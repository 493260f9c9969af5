// The image that a container app runs, so that provisioning again does not set it back to the placeholder.
param name string
@description('Whether there is such an app yet: azd says so in SERVICE_ROUTER_RESOURCE_EXISTS.')
param exists bool
@description('What runs until the first deployment.')
param placeholder string

resource existingApp 'Microsoft.App/containerApps@2025-07-01' existing = if (exists) {
  name: name
}

output image string = exists ? existingApp!.properties.template.containers[0].image : placeholder
