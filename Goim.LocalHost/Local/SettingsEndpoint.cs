using System.Security.Cryptography;
using Goim.Kafka;
using Goim.LocalHost.Settings;
using Goim.Logic.Access;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Logic.Tokens;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Local;

/// <summary>
/// GET /local/settings: where the broker, the router nodes and the comet are, and what is on. It has no key and no connection string.
/// </summary>
internal sealed class SettingsEndpoint(
    IOptions<KafkaOptions> kafka,
    IOptions<RouterOptions> router,
    IOptions<AccessOptions> access,
    IOptions<LocalHostOptions> localHost,
    RouterJournal journal,
    ITokenAuthenticator tokens,
    EmbeddedComponents embedded,
    IServiceProvider services)
{
    /// <summary>Another one at each start: a page that sees a new one knows that everything in memory is gone.</summary>
    private readonly string instance = RandomNumberGenerator.GetHexString(16, lowercase: true);

    private readonly EmbeddedComet? comet = services.GetService<EmbeddedComet>();

    public IResult Get() => Results.Json(new
    {
        Kafka = new { kafka.Value.Brokers, kafka.Value.Topic, kafka.Value.EventsTopic, Embedded = embedded.Broker is not null },
        Router = new { router.Value.Nodes, Embedded = embedded.Router is not null },
        Comet = new { Embedded = comet is not null, WebSocket = comet?.WebSocketAddress, Tcp = comet?.TcpAddress },
        Storage = new { On = journal.IsOn },
        Tokens = tokens switch
        {
            UserIdAuthenticator => "UserId",
            JwtAuthenticator => "Jwt",
            _ => "Custom",
        },
        Access = new
        {
            localHost.Value.RequireKeys,
            Callers = access.Value.Callers.Keys.Where(static name => name != LocalHostOptions.CometName).Order(StringComparer.Ordinal),
        },
        Instance = instance,
    });
}
