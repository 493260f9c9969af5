using Goim.Kafka;
using Goim.Logic.Routing;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Local;

/// <summary>GET /local/settings: where the broker and the router nodes are.</summary>
internal static class SettingsEndpoint
{
    public static IResult Get(IOptions<KafkaOptions> kafka, IOptions<RouterOptions> router, EmbeddedComponents embedded) => Results.Json(new
    {
        Kafka = new { kafka.Value.Brokers, kafka.Value.Topic, kafka.Value.EventsTopic, Embedded = embedded.Broker is not null },
        Router = new { router.Value.Nodes, Embedded = embedded.Router is not null },
    });
}
