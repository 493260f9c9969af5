using Goim.LocalHost.Broker;

namespace Goim.LocalHost;

/// <summary>The broker and the router node that run in this process. Null where the settings name others.</summary>
internal sealed record EmbeddedComponents(EmbeddedBroker? Broker, EmbeddedRouter? Router);
