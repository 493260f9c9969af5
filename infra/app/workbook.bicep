// The workbook that docs/operate.md describes. workbook.json is the text that the portal shows under Advanced Editor, with the names
// __…__ in place of ids: change it there, then put the names back.
param location string
param tags object
param workspaceId string
param routerId string
param cometId string
param redisId string
@description('Empty with another Kafka: then there are no charts of Event Hubs.')
param eventHubsId string

var content = loadJsonContent('workbook.json')
var shown = union(content, { items: filter(content.items, item => !empty(eventHubsId) || !startsWith(item.name, 'event-hubs-')) })
var ids = {
  __workspaceId__: workspaceId
  __subscriptionId__: subscription().id
  __resourceGroup__: resourceGroup().name
  __routerId__: routerId
  __cometId__: cometId
  __redisId__: redisId
  __eventHubsId__: eventHubsId
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'goim')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'goim'
    category: 'workbook'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: reduce(items(ids), string(shown), (text, id) => replace(text, id.key, id.value))
  }
}

output url string = '${environment().portal}/#@${tenant().tenantId}/resource${workbook.id}/workbook'
