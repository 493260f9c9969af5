using Goim.Logic.Jwt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Access;

/// <summary>Finds out who sends a request, and whether that caller may use the route.</summary>
public sealed class AccessCheck : IDisposable
{
    private const string KeyHeader = Credentials.CallerKeyHeader;
    private readonly CallerTable callers;
    private readonly OidcKeys? authority;
    private readonly BearerCheck? bearers;
    private readonly bool opensWithFunctionKey;
    private readonly string expected, challenge;

    public AccessCheck(IOptions<AccessOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        var access = options.Value;
        callers = new CallerTable(access);
        opensWithFunctionKey = access.KeepFunctionKeys == FunctionKeyUse.Either;
        if (access.Authority is { } address)
        {
            authority = new OidcKeys(address, time, loggers.CreateLogger<OidcKeys>());
            bearers = new BearerCheck(callers, authority, access.Audience!, time);
        }

        string?[] credentials =
        [
            callers.HasKeys ? KeyHeader : null,
            authority is null ? null : $"a bearer token of {access.Authority}",
            opensWithFunctionKey ? "a function key" : null,
        ];
        expected = string.Join(" or ", credentials.OfType<string>());
        challenge = bearers is null ? KeyHeader : callers.HasKeys ? $"{KeyHeader}, Bearer" : "Bearer";
    }

    /// <summary>Whether no caller is configured. Then the Functions host alone checks requests, by their function keys.</summary>
    public bool IsOff => callers.Count == 0;

    /// <summary>Finds the caller of a request. What it may do is not checked yet.</summary>
    /// <param name="credentials">What the request shows.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The entry; or 401 if no caller is known, 503 if the authority does not answer.</returns>
    internal async ValueTask<Outcome<Entry>> FindAsync(Credentials credentials, CancellationToken cancellationToken) =>
        (await CallerOfAsync(credentials, cancellationToken)).Is(out var caller, out var problem) ? new Entry(caller) : problem;

    public void Dispose()
    {
        authority?.Dispose();
        callers.Dispose();
    }

    // A caller's own credential counts before a function key. If it is not valid, a function key does not help.
    private async ValueTask<Outcome<Caller>> CallerOfAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var token = bearers is null ? null : BearerCheck.TokenIn(credentials.Authorization);
        if (token is not null && credentials.CallerKey is not null)
        {
            return Unknown($"the request has {KeyHeader} and a bearer token: expected one of them.");
        }

        if (token is not null)
        {
            return (await bearers!.CallerOfAsync(token, cancellationToken)).Is(out var caller, out var problem) ? caller
                : problem.Kind == ProblemKind.Unauthorized ? Unknown(problem.Error)
                : problem;
        }

        return credentials.CallerKey is { } key ? OfKey(key)
            : opensWithFunctionKey && credentials.FunctionKeyName is { } name ? Caller.OfFunctionKey(name)
            : Unknown($"the request names no caller: expected {expected}.");
    }

    private Outcome<Caller> OfKey(string key) => callers.OfKey(key) is { } caller ? caller
        : key.Length == 0 ? Unknown($"{KeyHeader} is empty: expected the key of a caller.")
        : key.Contains(',', StringComparison.Ordinal) ? Unknown($"{KeyHeader} came twice or has a comma: expected one key.")
        : Unknown($"{KeyHeader} is the key of no caller: expected one of Access__Callers.");

    private Problem Unknown(string error) => new(ProblemKind.Unauthorized, error) { Challenge = challenge };
}
