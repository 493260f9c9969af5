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
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    private readonly TokenCredential credential;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopped = new();
    private volatile SignIn? current;

    public RedisTokens(TokenCredential credential, TimeProvider time, ILogger logger)
    {
        this.credential = credential;
        this.time = time;
        this.logger = logger;
    }

    public override string? User => current?.User;

    public override string? Password => current?.Token;

    /// <summary>The user-assigned identity of that client id; <c>default</c> for the environment's own.</summary>
    public static TokenCredential Credential(string identity) =>
        identity == "default" ? new DefaultAzureCredential() : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identity));

    /// <summary>Gets the first token, before the first connection.</summary>
    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    public async Task StartAsync()
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), stopped.Token);
        current = new SignIn(ObjectIdOf(token.Token), token.Token, token.ExpiresOn);
    }

    /// <summary>Signs every connection in again with a new token, well before the old one expires.</summary>
    public async Task KeepAsync(ConnectionMultiplexer redis)
    {
        try
        {
            var renewed = true;
            while (true)
            {
                var left = (current!.ExpiresOn - time.GetUtcNow()) * 0.75;
                await Task.Delay(renewed && left > Shortest ? left : Shortest, time, stopped.Token);
                renewed = await IsRenewedAsync(redis);
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

    private async Task<bool> IsRenewedAsync(ConnectionMultiplexer redis)
    {
        try
        {
            await StartAsync();
            var signIn = current!;
            await Task.WhenAll(redis.GetServers().Where(server => server.IsConnected).Select(server => server.ExecuteAsync("AUTH", signIn.User, signIn.Token)));
            return true;
        }
        catch (Exception failed) when (failed is AuthenticationFailedException or RedisException or RedisCommandException or TimeoutException or FormatException)
        {
            logger.NoRedisToken(failed.GetType().Name);
            return false;
        }
    }

    // Claim oid of the token, which is a JWT.
    private static string ObjectIdOf(string token)
    {
        var parts = token.Split('.');
        var payload = parts.Length == 3 ? parts[1].Replace('-', '+').Replace('_', '/') : "";
        try
        {
            using var claims = JsonDocument.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
            return claims.RootElement.GetProperty("oid").GetString()!;
        }
        catch (Exception unusable) when (unusable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AuthenticationFailedException("The token names no object id.", unusable);
        }
    }

    private sealed record SignIn(string User, string Token, DateTimeOffset ExpiresOn);
}
