using System.Text.Json;
using Goim.Logic.Input;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Jwt;

/// <summary>
/// The keys of an OpenID Connect authority, read from its discovery document and key set. They are read again for a token whose <c>kid</c>
/// is unknown, and when they are an hour old. While the authority does not answer, the keys that were read go on.
/// </summary>
/// <remarks>
/// Not <c>ConfigurationManager</c>: it exempts the first refresh from its interval, and refreshes without the token that asked for it.
/// </remarks>
internal sealed class OidcKeys : IJwtKeys, IDisposable
{
    /// <summary>Time between two reads. Shorter while no keys were read yet, since no token is accepted then.</summary>
    public static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(30), FirstReadInterval = TimeSpan.FromSeconds(5);

    private const int MaxDocumentBytes = 1024 * 1024;
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    // Shorter than a comet waits for its call.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long a token waits for a read while there are keys: other tokens may wait in the same call.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly string authority;
    private readonly TimeProvider time;
    private readonly ILogger<OidcKeys> logger;
    private readonly HttpClient http;
    private readonly HttpDocumentRetriever documents;
    private volatile AuthorityKeys? current;
    private Task reading = Task.CompletedTask;
    private long? begun;

    /// <param name="authority">Its address, of the form that <see cref="IsAuthority"/> checks.</param>
    /// <param name="time">Measures the intervals.</param>
    /// <param name="logger">Says why the keys could not be read.</param>
    public OidcKeys(string authority, TimeProvider time, ILogger<OidcKeys> logger)
    {
        this.authority = authority.TrimEnd('/');
        this.time = time;
        this.logger = logger;
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            MaxResponseContentBufferSize = MaxDocumentBytes,
            Timeout = ReadTimeout,
        };
        documents = new HttpDocumentRetriever(http) { RequireHttps = !new Uri(authority).IsLoopback };
    }

    /// <summary>The form of an authority's address in words, for a message.</summary>
    public const string ExpectedAuthority = "an https:// URL without query and fragment (http:// for a loopback address only)";

    public IReadOnlyList<string> Algorithms { get; } = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    public string Expected => $"a key of {authority}";

    /// <summary>Whether a setting is the address of an authority.</summary>
    public static bool IsAuthority(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url is { Query: "", Fragment: "", UserInfo: "" };

    /// <summary>A setting that is no authority, for a message. What comes before an @ may be a password.</summary>
    public static string Shown(string text) =>
        text.Contains('@', StringComparison.Ordinal) ? "has a user" : $"is {Quoted.Of(text)}";

    public async ValueTask<Outcome<FoundKeys>> FindAsync(string algorithm, string keyId, CancellationToken cancellationToken)
    {
        var known = current;
        if (known?.Find(algorithm, keyId) is { Keys.Count: > 0 } found)
        {
            if (time.GetElapsedTime(known.ReadAt) >= MaxAge)
            {
                // In the background: this token does not need it.
                _ = BeginRead(out _);
            }

            return found;
        }

        if (BeginRead(out var isOwn) is { } read)
        {
            try
            {
                await read.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : MaxWait, cancellationToken);
            }
            catch (TimeoutException)
            {
                return TooEarly();
            }
        }

        if (current is not { } now || (isOwn && ReferenceEquals(now, known)))
        {
            return Unanswered();
        }

        // A read that began before this token came may have missed its key.
        found = now.Find(algorithm, keyId);
        return found.Keys.Count == 0 && !isOwn ? TooEarly() : found;
    }

    public void Dispose() => http.Dispose();

    // The read that is under way, or a new one. Null if the last one began a short time ago.
    private Task? BeginRead(out bool isOwn)
    {
        lock (gate)
        {
            isOwn = false;
            if (!reading.IsCompleted)
            {
                return reading;
            }

            if (Wait() > TimeSpan.Zero)
            {
                return null;
            }

            isOwn = true;
            begun = time.GetTimestamp();

            // Shared work: must not inherit one caller's trace or log scope.
            using (ExecutionContext.SuppressFlow())
            {
                reading = Task.Run(ReadAsync);
            }

            return reading;
        }
    }

    private TimeSpan Wait() => begun is { } last
        ? (current is null ? FirstReadInterval : ReadInterval) - time.GetElapsedTime(last)
        : TimeSpan.Zero;

    private async Task ReadAsync()
    {
        try
        {
            using var end = new CancellationTokenSource(ReadTimeout);
            var answer = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{authority}/.well-known/openid-configuration", documents, end.Token);
            JwtKey[] keys = [.. answer.SigningKeys.Select(static key => JwtKey.OfPublic(key.KeyId, key)).OfType<JwtKey>()];
            if (keys.Length == 0 || string.IsNullOrEmpty(answer.Issuer))
            {
                logger.KeysNotRead(authority, "no issuer, or no key for RS256 or ES256");
                return;
            }

            current = new AuthorityKeys(keys, answer.Issuer, time.GetTimestamp());
        }
        catch (Exception failure)
            when (failure is IOException or OperationCanceledException or ArgumentException or FormatException or JsonException
                or InvalidOperationException or SecurityTokenException)
        {
            // The text may have what the authority has answered.
            var cause = failure.GetBaseException();
            logger.KeysNotRead(authority, $"{cause.GetType().Name} {Quoted.Of(cause.Message)}");
        }
    }

    private Problem Unanswered() => Later($"{authority} does not answer with its keys");

    private Problem TooEarly() => Later(
        $"the token's kid is not known yet, and the keys of {authority} are read every {ReadInterval.TotalSeconds:0} s at most");

    private Problem Later(string why)
    {
        TimeSpan wait;
        lock (gate)
        {
            wait = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Wait().TotalSeconds)));
        }

        return new Problem(ProblemKind.Unavailable, $"{why}: repeat in {wait.TotalSeconds:0} s.") { RetryAfter = wait };
    }
}

/// <summary>An authority's keys as they were read once.</summary>
/// <param name="Keys">Those for RS256 and ES256.</param>
/// <param name="Issuer">The issuer that the authority's tokens have.</param>
/// <param name="ReadAt">When they were read: a timestamp.</param>
internal sealed record AuthorityKeys(JwtKey[] Keys, string Issuer, long ReadAt)
{
    /// <summary>The key with that id; all of the algorithm for a token that names none.</summary>
    public FoundKeys Find(string algorithm, string keyId) => new(
        [.. Keys.Where(key => key.Algorithm == algorithm && (keyId.Length == 0 || key.Id == keyId)).Select(static key => key.Key)], Issuer);
}
