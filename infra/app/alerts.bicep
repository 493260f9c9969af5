import { queries } from 'alert-queries.bicep'

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

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in queries: {
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
