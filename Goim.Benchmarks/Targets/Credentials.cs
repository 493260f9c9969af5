using System.Globalization;
using System.Text;
using Goim.Client;

namespace Goim.Benchmarks.Targets;

/// <summary>
/// What a running app asks its callers and clients for, from the environment: arguments would show in lists of processes. None of it is
/// printed.
/// </summary>
internal sealed class Credentials
{
    /// <summary>Help text.</summary>
    public const string Help = "GOIM_KEY and GOIM_FUNCTION_KEY in the environment are sent as x-goim-key and x-functions-key.";

    private const string KeyName = "GOIM_KEY", FunctionKeyName = "GOIM_FUNCTION_KEY", JwtKeyName = "GOIM_JWT_KEY";

    /// <summary>How long clients' tokens are valid. A run must be shorter.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    private readonly string? jwtKey, jwtIssuer, jwtAudience;

    private Credentials(string? key, string? functionKey, string? jwtKey, string? jwtIssuer, string? jwtAudience)
    {
        (this.jwtKey, this.jwtIssuer, this.jwtAudience) = (jwtKey, jwtIssuer, jwtAudience);
        Headers = [.. Header("x-goim-key", KeyName, key), .. Header("x-functions-key", FunctionKeyName, functionKey)];
        Given = $"{KeyName} is {State(key)}, {FunctionKeyName} is {State(functionKey)}";
    }

    /// <summary>Header lines of the keys.</summary>
    public string[] Headers { get; }

    /// <summary>Which variables are set, for messages.</summary>
    public string Given { get; }

    /// <summary>Whether clients show signed tokens, otherwise their user ids.</summary>
    public bool HasSignedTokens => jwtKey is not null;

    /// <exception cref="TargetFailure">A key cannot be sent in a header, or cannot sign.</exception>
    public static Credentials FromEnvironment()
    {
        // The secret of a caller may have two keys, while one replaces the other.
        var credentials = new Credentials(
            Value(KeyName)?.Split(',')[0].Trim(),
            Value(FunctionKeyName),
            Value(JwtKeyName),
            Value("GOIM_JWT_ISSUER"),
            Value("GOIM_JWT_AUDIENCE"));
        try
        {
            _ = credentials.Token(userId: 1, room: 1);
            return credentials;
        }
        catch (ArgumentException invalid)
        {
            throw new TargetFailure($"{JwtKeyName} cannot sign tokens. {invalid.Message}", invalid);
        }
    }

    /// <summary>Checks that keys are sent to this machine or over TLS.</summary>
    /// <param name="option">The option that has the URL.</param>
    /// <param name="app">Base URL of the app.</param>
    /// <exception cref="TargetFailure">They would be sent in plain text to another machine.</exception>
    public void CheckApp(string option, Uri app)
    {
        if (Headers.Length > 0 && app is { Scheme: "http", IsLoopback: false })
        {
            throw new TargetFailure($"{option} is '{app}': expected https, since keys are sent.");
        }
    }

    /// <summary>Checks that signed tokens are sent to this machine or over TLS.</summary>
    /// <param name="option">The option that has the URL.</param>
    /// <param name="comet">Where clients connect.</param>
    /// <exception cref="TargetFailure">They would be sent in plain text to another machine.</exception>
    public void CheckComet(string option, Uri comet)
    {
        if (HasSignedTokens && comet is { Scheme: not "wss", IsLoopback: false })
        {
            throw new TargetFailure($"{option} is '{comet}': expected wss, since signed tokens are sent.");
        }
    }

    /// <summary>The token of a client, in UTF-8: signed, or the user id, which <c>Connect__Tokens</c> UserId takes, as goim does.</summary>
    public byte[] Token(long userId, int room) => Encoding.UTF8.GetBytes(jwtKey is null
        ? userId.ToString(CultureInfo.InvariantCulture)
        : GoimTokens.For(userId, room, TokenLifetime, jwtKey, jwtIssuer, jwtAudience));

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string State(string? value) => value is null ? "not set" : "set";

    private static IEnumerable<string> Header(string header, string name, string? value) =>
        value is null ? []
            : value.All(letter => letter is > ' ' and < (char)127) ? [$"{header}: {value}"]
            : throw new TargetFailure($"{name} cannot be sent in a header: expected printable ASCII without spaces.");
}
