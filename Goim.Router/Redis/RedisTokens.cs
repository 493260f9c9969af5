using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Goim.Router.Redis;

/// <summary>Signs in to Redis with an Entra ID identity: user name and password of each connection are the identity's object id and a token.</summary>
/// <remarks>
/// https://learn.microsoft.com/azure/redis/entra-for-authentication: a connection is cut when its token expires, unless it has signed in
/// again with a new one.
/// </remarks>
internal sealed class RedisTokens : DefaultOptionsProvider, IAsyncDisposable
{
    private static readonly string[] Scopes = ["https://redis.azure.com/.default"];
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly TokenCredential credential;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopped = new();
    private AccessToken token;
    private string user = "";

    public RedisTokens(TokenCredential credential, TimeProvider time, ILogger logger)
    {
        this.credential = credential;
        this.time = time;
        this.logger = logger;
    }

    public override string? User => user;

    public override string? Password => token.Token;

    /// <summary>The user-assigned identity of that client id; <c>default</c> for the environment's own.</summary>
    public static TokenCredential Credential(string identity) =>
        identity == "default" ? new DefaultAzureCredential() : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identity));

    /// <summary>Gets the first token, before the first connection.</summary>
    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    public async Task StartAsync()
    {
        token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), stopped.Token);
        user = ObjectIdOf(token.Token);
    }

    /// <summary>Signs every connection in again with a new token, well before the old one expires.</summary>
    public async Task KeepAsync(ConnectionMultiplexer redis)
    {
        try
        {
            while (true)
            {
                var left = token.ExpiresOn - time.GetUtcNow();
                await Task.Delay(left > Retry * 2 ? left * 0.75 : Retry, time, stopped.Token);
                await RenewAsync(redis);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        stopped.Dispose();
    }

    private async Task RenewAsync(ConnectionMultiplexer redis)
    {
        try
        {
            await StartAsync();
            foreach (var server in redis.GetServers().Where(server => server.IsConnected))
            {
                await server.ExecuteAsync("AUTH", user, token.Token);
            }
        }
        catch (Exception failed) when (failed is AuthenticationFailedException or RedisException or TimeoutException)
        {
            logger.NoRedisToken(failed.GetType().Name);
        }
    }

    // Claim oid of the token, which is a JWT.
    private static string ObjectIdOf(string token)
    {
        var payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var claims = JsonDocument.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
        return claims.RootElement.GetProperty("oid").GetString()!;
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "There is no new token for Redis ({Failure}): connections end when the old one does.")]
    public static partial void NoRedisToken(this ILogger logger, string failure);
}
