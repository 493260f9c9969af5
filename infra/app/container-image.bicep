// The image that a container app runs. Another provision must not replace it with the placeholder.
param name string
@description('Whether the app exists. azd sets it from SERVICE_…_RESOURCE_EXISTS.')
param exists bool
@description('Image until the first deployment.')
param placeholder string

resource existingApp 'Microsoft.App/containerApps@2025-07-01' existing = if (exists) {
  name: name
}

// Without a deployment after the first provision, an app that exists has the placeholder too.
var image = exists ? existingApp!.properties.template.containers[0].image : placeholder

output image string = image
output isPlaceholder bool = image == placeholder
