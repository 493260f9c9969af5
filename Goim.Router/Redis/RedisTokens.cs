using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Goim.Settings;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Goim.Router.Redis;

/// <summary>Signs in to Redis with a Microsoft Entra identity: the user name is its object id, the password is a token.</summary>
/// <remarks>
/// https://learn.microsoft.com/azure/redis/entra-for-authentication: Redis closes a connection when its token expires, unless the
/// connection has sent AUTH with a new token.
/// </remarks>
internal sealed class RedisTokens : DefaultOptionsProvider, IAsyncDisposable
{
    private static readonly string[] Scopes = ["https://redis.azure.com/.default"];
    private static readonly TimeSpan MinRenewalDelay = TimeSpan.FromSeconds(5);

    private readonly TokenCredential credential;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private volatile SignIn? current;

    public RedisTokens(TokenCredential credential, TimeProvider time, ILogger logger)
    {
        this.credential = credential;
        this.time = time;
        this.logger = logger;
    }

    public override string? User => current?.User;

    public override string? Password => current?.Token;

    /// <summary>The credential of an identity.</summary>
    /// <param name="identity">Client id of a user-assigned identity, or <c>default</c> for the environment's identity.</param>
    public static TokenCredential Credential(string identity) => IdentityCredential.Of(identity == "default" ? null : identity);

    /// <summary>Gets a token. Call it before the first connection, which reads <see cref="User"/> and <see cref="Password"/>.</summary>
    /// <exception cref="AuthenticationFailedException">The identity gets no token.</exception>
    public async Task AcquireAsync()
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), stopping.Token);
        current = new SignIn(ObjectIdOf(token.Token), token.Token, token.ExpiresOn);
    }

    /// <summary>Signs in to all connected servers again with a new token, after three quarters of each token's lifetime.</summary>
    public async Task RenewUntilStoppedAsync(ConnectionMultiplexer connection)
    {
        try
        {
            var isRenewed = true;
            while (true)
            {
                var delay = (current!.ExpiresOn - time.GetUtcNow()) * 0.75;
                await Task.Delay(isRenewed && delay > MinRenewalDelay ? delay : MinRenewalDelay, time, stopping.Token);
                isRenewed = await TryRenewAsync(connection);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node is stopping.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        stopping.Dispose();
    }

    private async Task<bool> TryRenewAsync(ConnectionMultiplexer connection)
    {
        try
        {
            await AcquireAsync();
            var signIn = current!;
            var servers = connection.GetServers().Where(server => server.IsConnected);
            await Task.WhenAll(servers.Select(server => server.ExecuteAsync("AUTH", signIn.User, signIn.Token)));
            return true;
        }
        catch (Exception failed) when (failed
            is AuthenticationFailedException or RedisException or RedisCommandException or TimeoutException or FormatException)
        {
            logger.RedisTokenNotRenewed(failed.GetType().Name);
            return false;
        }
    }

    // The claim oid of the token, which is a JWT.
    private static string ObjectIdOf(string token)
    {
        var parts = token.Split('.');
        var payload = parts.Length == 3 ? parts[1].Replace('-', '+').Replace('_', '/') : "";
        try
        {
            using var claims = JsonDocument.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
            return claims.RootElement.GetProperty("oid").GetString()!;
        }
        catch (Exception invalid) when (invalid
            is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AuthenticationFailedException("The token names no object id.", invalid);
        }
    }

    private sealed record SignIn(string User, string Token, DateTimeOffset ExpiresOn);
}
