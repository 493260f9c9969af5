using Azure.Core;
using Azure.Identity;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

/// <summary>Tokens of an identity for Kafka clients that authenticate with OAuthBearer, as Event Hubs takes them.</summary>
/// <remarks>The scope is the namespace: https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory.</remarks>
public sealed class KafkaToken
{
    /// <summary>librdkafka wants a name for its log; the broker reads the token.</summary>
    private const string Principal = "goim";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string[] scopes;
    private readonly Lazy<TokenCredential> credential;
    private readonly ILogger logger;

    /// <summary>Tokens of the identity whose client id <c>KafkaUsername</c> is, or of the environment's own.</summary>
    public KafkaToken(IOptions<KafkaOptions> options, ILogger<KafkaToken> logger)
        : this(options.Value, () => Credential(options.Value), logger)
    {
    }

    internal KafkaToken(KafkaOptions options, Func<TokenCredential> credential, ILogger logger)
    {
        scopes = [$"https://{FirstHost(options.Brokers)}/.default"];
        this.credential = new Lazy<TokenCredential>(credential);
        this.logger = logger;
    }

    /// <summary>Gives a client a token: librdkafka asks when it starts and before the last one expires.</summary>
    // It asks on the thread that also hands out delivery reports, which a slow answer would hold up.
    public void Refresh(IClient client, string configuration) => _ = RefreshAsync(client);

    private async Task RefreshAsync(IClient client)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var token = await credential.Value.GetTokenAsync(new TokenRequestContext(scopes), patience.Token);
            client.OAuthBearerSetToken(token.Token, token.ExpiresOn.ToUnixTimeMilliseconds(), Principal);
        }
        catch (ObjectDisposedException)
        {
            // The client has gone meanwhile.
        }
        catch (Exception failed) when (failed is AuthenticationFailedException or OperationCanceledException or KafkaException or InvalidOperationException or ArgumentException)
        {
            logger.NoKafkaToken(failed);
            client.OAuthBearerSetTokenFailure("the identity has no token.");
        }
    }

    private static TokenCredential Credential(KafkaOptions options) => string.IsNullOrEmpty(options.Username)
        ? new DefaultAzureCredential()
        : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(options.Username));

    private static string FirstHost(string brokers)
    {
        var broker = brokers.Split(',')[0].Trim();
        var colon = broker.LastIndexOf(':');
        return colon < 0 ? broker : broker[..colon];
    }
}
