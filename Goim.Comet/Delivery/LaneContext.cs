using Goim.Comet.Counters;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>What the lanes of a comet share.</summary>
/// <param name="Limits">What may wait for one connection.</param>
/// <param name="HeartbeatTimeout">How long a connection may be silent.</param>
/// <param name="Tickets">The connects under way.</param>
/// <param name="Held">What all lanes hold.</param>
/// <param name="UnknownKey">Gets the keys of this comet server that no connection has. Called by the lanes' threads.</param>
/// <param name="Counters">Counts deliveries and drops.</param>
/// <param name="Metrics">Takes the age of records that are written.</param>
internal sealed record LaneContext(
    OutboxLimits Limits,
    TimeSpan HeartbeatTimeout,
    ConnectTickets Tickets,
    HeldTotal Held,
    Action<SubKey> UnknownKey,
    CometCounters Counters,
    CometMetrics Metrics);
