// Alerts over the comets' metrics; docs/operate.md says what to do.
// Instruments: Goim.Comet/Counters/CometMetrics.cs. Each row of AppMetrics is a minute of a replica: Sum has a counter's increments, or a histogram's total, and
// ItemCount the number of a histogram's measurements.

@export()
var cometQueries = [
  {
    name: 'comet-refused'
    severity: 2
    threshold: 100
    description: 'Comets turn clients away that could not help it: a comet is full, not ready yet, or the app or a router node does not answer.'
    query: '''
      AppMetrics
      | where Name == 'goim.comet.connects' and tostring(Properties['goim.connect.outcome']) in ('unavailable', 'full', 'not_ready', 'held_too_much')
      | summarize Found = sum(Sum)
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
    threshold: 10
    description: 'Calls of comets to the app fail: nobody can connect, or sessions of clients that have left stay.'
    query: '''
      AppMetrics
      | where Name == 'goim.comet.facade.calls' and tostring(Properties['goim.facade.outcome']) == 'failed'
      | summarize Found = sum(Sum)
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
