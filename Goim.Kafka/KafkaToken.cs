using Azure.Core;
using Azure.Identity;
using Confluent.Kafka;
using Goim.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Gives an identity's tokens to Kafka clients that authenticate with OAuthBearer. Event Hubs takes such tokens.</summary>
/// <remarks>
/// The token's scope is the namespace: https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory
/// </remarks>
public sealed partial class KafkaToken
{
    /// <summary>librdkafka requires a principal and only logs it. The broker reads the token.</summary>
    private const string Principal = "goim";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly string[] scopes;
    private readonly Lazy<TokenCredential> credential;
    private readonly ILogger logger;

    /// <summary>Takes the identity whose client id is <c>KafkaUsername</c>, or the environment's own.</summary>
    public KafkaToken(IOptions<KafkaOptions> options, ILogger<KafkaToken> logger)
        : this(options.Value, () => IdentityCredential.Of(options.Value.Username), logger)
    {
    }

    internal KafkaToken(KafkaOptions options, Func<TokenCredential> credential, ILogger logger)
    {
        scopes = [$"https://{FirstHost(options.Brokers)}/.default"];
        this.credential = new Lazy<TokenCredential>(credential);
        this.logger = logger;
    }

    /// <summary>Callback for librdkafka, which asks for a token at its start and before the last one expires.</summary>
    // librdkafka calls on the thread that also serves delivery reports, so this must not block.
    public void Refresh(IClient client, string configuration) => _ = RefreshAsync(client);

    private async Task RefreshAsync(IClient client)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            var token = await credential.Value.GetTokenAsync(new TokenRequestContext(scopes), timeout.Token);
            client.OAuthBearerSetToken(token.Token, token.ExpiresOn.ToUnixTimeMilliseconds(), Principal);
        }
        catch (ObjectDisposedException)
        {
            // The client was disposed of meanwhile.
        }
        catch (Exception failed) when (IsFault(failed))
        {
            NoToken(logger, failed);
            client.OAuthBearerSetTokenFailure("the identity has no token.");
        }
    }

    private static bool IsFault(Exception failed) =>
        failed is AuthenticationFailedException or OperationCanceledException or KafkaException
            or InvalidOperationException or ArgumentException;

    private static string FirstHost(string brokers)
    {
        var broker = brokers.Split(',')[0].Trim();
        var colon = broker.LastIndexOf(':');
        return colon < 0 ? broker : broker[..colon];
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The identity has no token for Kafka.")]
    private static partial void NoToken(ILogger logger, Exception exception);
}
