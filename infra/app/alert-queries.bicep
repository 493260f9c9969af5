// The alerts over logs and metrics in the workspace; docs/operate.md says what to do about each.
// None counts errors or failed invocations: a caller who leaves makes some, two Error entries of the host's with half a body sent.
// Instruments: Goim.Logic/Telemetry/GoimTelemetry.cs and Goim.Comet/Counters/CometMetrics.cs. Each row of AppMetrics is a minute of a process:
// Sum has a counter's increments, or a histogram's total, and ItemCount the number of a histogram's measurements.

@export()
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
  {
    name: 'comet-refused'
    severity: 2
    threshold: 3
    description: 'A comet turns away clients that have made no error: it is full or not ready yet, or the app or a router node does not answer.'
    // Minutes of a comet with more than ten such clients.
    query: '''
      AppMetrics
      | where Name == 'goim.comet.connects' and tostring(Properties['goim.connect.outcome']) in ('unavailable', 'full', 'not_ready', 'held_too_much')
      | summarize Refused = sum(Sum) by AppRoleInstance, Minute = bin(TimeGenerated, 1m)
      | where Refused > 10
      | summarize Minutes = count() by AppRoleInstance
      | summarize Found = max(Minutes)
    '''
  }
  {
    name: 'comet-topic-down'
    severity: 1
    threshold: 0
    description: 'Comets cannot read the topic of pushes: their clients get no messages.'
    // Comets whose value was 0 in each minute. A comet that starts or ends has fewer than three.
    query: '''
      AppMetrics
      | where Name == 'goim.comet.topic.up'
      | summarize Up = max(Sum), Minutes = count() by AppRoleInstance
      | where Up == 0 and Minutes > 2
      | summarize Found = count()
    '''
  }
  {
    name: 'comet-topic-lag'
    severity: 2
    threshold: 2000
    description: 'Clients of a comet get their messages late: more than 2 s after the record was written, on average.'
    query: '''
      AppMetrics
      | where Name == 'goim.comet.topic.lag'
      | summarize Total = sum(Sum), Number = sum(todouble(ItemCount)) by AppRoleInstance
      | where Number > 0
      | summarize Found = max(Total / Number)
    '''
  }
  {
    name: 'comet-facade'
    severity: 1
    threshold: 3
    description: 'Calls of a comet to the app fail: clients cannot connect, or sessions of clients that have left stay.'
    // Minutes of a comet with a failed call. A failover of Redis or a deployment of the app is usually shorter.
    query: '''
      AppMetrics
      | where Name == 'goim.comet.facade.calls' and tostring(Properties['goim.facade.outcome']) == 'failed' and Sum > 0
      | summarize Minutes = dcount(bin(TimeGenerated, 1m)) by AppRoleInstance
      | summarize Found = max(Minutes)
    '''
  }
  {
    name: 'comet-epochs'
    severity: 2
    threshold: 3
    description: 'Router nodes forget the sessions of a comet again and again: it has to register all its connections anew.'
    query: '''
      AppMetrics
      | where Name == 'goim.comet.epoch.changes'
      | summarize Changes = sum(Sum) by AppRoleInstance
      | summarize Found = max(Changes)
    '''
  }
]
