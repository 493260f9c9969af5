using Goim.LocalHost.Broker;

namespace Goim.LocalHost;

/// <summary>What runs in this process because no setting names one elsewhere.</summary>
internal sealed record Embedded(EmbeddedBroker? Broker, EmbeddedRouter? Router);
