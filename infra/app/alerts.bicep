import { cometQueries } from 'comet-alerts.bicep'

// Alerts that need action; docs/operate.md says which. Log queries run over the workspace that has the app's metrics and logs.
param location string
param tags object
param workspaceId string
@description('Who gets the alerts. Empty: they are in the portal only.')
param email string
param routerId string
param routerMinReplicas int
param cometId string
param cometMinReplicas int
param redisId string
@description('Empty with another Kafka.')
param eventHubsId string
@description('The maximum number of throughput units, including those that Event Hubs adds by itself.')
param eventHubsThroughputUnits int

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'goim'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'goim'
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var actionGroups = empty(email) ? [] : [people.id]

// None counts errors or failed invocations: a caller who leaves makes some, two Error entries of the host's with half a body sent.
// Instruments: Goim.Logic/Telemetry/GoimTelemetry.cs. ItemCount is the number of a histogram's measurements, Sum the total of a counter's increments.
var queries = [
  {
    name: 'failed-pushes'
    severity: 1
    threshold: 0
    description: 'Records of pushes did not reach the broker: those of the app\'s own producer (goim.records), those of the Kafka output binding (a line of the host), or those queued when the app stopped.'
    query: '''
      union isfuzzy=true
        (AppMetrics | where Name == 'goim.records' and tostring(Properties['goim.record.outcome']) == 'failed' | project Found = Sum),
        (AppTraces | where Message has 'msg failed to deliver on topic' or Message has 'records were not acknowledged before the stop' | project Found = 1.0)
      | summarize Found = sum(Found)
    '''
  }
  {
    name: 'poison-journal'
    severity: 2
    threshold: 0
    description: 'Deletions of sessions were moved to goim-router-journal-poison, by the app (goim.journal) or by the host after five attempts.'
    query: '''
      union isfuzzy=true
        (AppMetrics | where Name == 'goim.journal' and tostring(Properties['goim.journal.outcome']) == 'poison' | project Found = Sum),
        (AppTraces | where Message has 'Moving message to queue' and Message has 'goim-router-journal-poison' | project Found = 1.0)
      | summarize Found = sum(Found)
    '''
  }
  {
    name: 'router-down'
    severity: 1
    threshold: 10
    description: 'Calls to router nodes fail: no node runs, no node reaches Redis, or the nodes do not accept the app\'s token.'
    query: '''
      AppMetrics
      | where Name == 'rpc.client.call.duration' and tostring(Properties['rpc.response.status_code']) in ('Unavailable', 'DeadlineExceeded', 'Unauthenticated')
      | summarize Found = sum(todouble(ItemCount))
    '''
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in concat(queries, cometQueries): {
    name: alert.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.name
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      // Longer than the frequency, because logs and metrics arrive some minutes late.
      windowSize: 'PT10M'
      autoMitigate: true
      // A new workspace does not have the tables yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Total'
            metricMeasureColumn: 'Found'
            operator: 'GreaterThan'
            threshold: alert.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actionGroups }
    }
  }
]

var metrics = concat(
  [
    {
      name: 'router-replicas'
      description: 'Fewer router nodes run than the minimum.'
      resourceId: routerId
      namespace: 'Microsoft.App/containerapps'
      metric: 'Replicas'
      aggregation: 'Maximum'
      operator: 'LessThan'
      threshold: routerMinReplicas
    }
    {
      name: 'comet-replicas'
      description: 'Fewer comets run than the minimum.'
      resourceId: cometId
      namespace: 'Microsoft.App/containerapps'
      metric: 'Replicas'
      aggregation: 'Maximum'
      operator: 'LessThan'
      threshold: cometMinReplicas
    }
    {
      name: 'redis-memory'
      description: 'Redis is nearly full. At 100 % it refuses new sessions.'
      resourceId: redisId
      namespace: 'Microsoft.Cache/redisEnterprise'
      metric: 'usedmemorypercentage'
      aggregation: 'Maximum'
      operator: 'GreaterThan'
      threshold: 80
    }
  ],
  empty(eventHubsId)
    ? []
    : [
        {
          name: 'event-hubs-throttled'
          description: 'Event Hubs refuses records because there are too few throughput units.'
          resourceId: eventHubsId
          namespace: 'Microsoft.EventHub/namespaces'
          metric: 'ThrottledRequests'
          aggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
        // Event Hubs throttles Kafka clients by answering late, and ThrottledRequests counts few of those answers:
        // https://learn.microsoft.com/azure/event-hubs/apache-kafka-troubleshooting-guide.
        // A unit takes 1,000 events and 1 MB a second. The thresholds are 90 % of that over five minutes.
        {
          name: 'event-hubs-records'
          description: 'The rate of records is near the maximum that the throughput units take, including units that Event Hubs may add.'
          resourceId: eventHubsId
          namespace: 'Microsoft.EventHub/namespaces'
          metric: 'IncomingMessages'
          aggregation: 'Total'
          operator: 'GreaterThan'
          threshold: eventHubsThroughputUnits * 270000
        }
        {
          name: 'event-hubs-bytes'
          description: 'The rate of bytes is near the maximum that the throughput units take, including units that Event Hubs may add.'
          resourceId: eventHubsId
          namespace: 'Microsoft.EventHub/namespaces'
          metric: 'IncomingBytes'
          aggregation: 'Total'
          operator: 'GreaterThan'
          threshold: eventHubsThroughputUnits * 270000000
        }
      ]
)

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metrics: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: 2
      enabled: true
      scopes: [alert.resourceId]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.metric
            metricNamespace: alert.namespace
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: alert.operator
            threshold: alert.threshold
          }
        ]
      }
      actions: [for id in actionGroups: { actionGroupId: id }]
    }
  }
]
