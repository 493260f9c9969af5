using Microsoft.Extensions.Options;

namespace Goim.Logic.Access;

/// <summary>Finds out who sends a request, and whether he may use its route.</summary>
public sealed class AccessCheck(IOptions<AccessOptions> options)
{
    private const string KeyHeader = Credentials.CallerKeyHeader;
    private readonly CallerTable callers = new(options.Value);
    private readonly bool opensWithFunctionKey = options.Value.KeepFunctionKeys == FunctionKeyUse.Either;

    /// <summary>Whether no caller is configured. Then the Functions host alone checks requests, by their function keys.</summary>
    public bool IsOff => callers.Count == 0;

    /// <summary>Lets a request in.</summary>
    /// <param name="credentials">What the request shows.</param>
    /// <param name="scopes">The scope that the route needs, or several of which one is enough.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The entry; or 401 if no caller is known, 403 if he lacks the scope.</returns>
    public async ValueTask<Outcome<Entry>> EnterAsync(Credentials credentials, Scope scopes, CancellationToken cancellationToken)
    {
        if (!(await CallerOfAsync(credentials, cancellationToken)).Is(out var caller, out var problem))
        {
            return problem;
        }

        var entry = new Entry(caller);
        return entry.Needs(scopes, "nothing was done.") is { } lacking ? lacking : entry;
    }

    // A caller's own credential counts before a function key. If it is not valid, a function key does not help.
    private ValueTask<Outcome<Caller>> CallerOfAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<Outcome<Caller>>(
            credentials.CallerKey is { } key ? OfKey(key)
            : credentials.FunctionKeyName is { } name && opensWithFunctionKey ? Caller.OfFunctionKey(name)
            : Unknown($"the request names no caller: expected {Expected()}."));
    }

    private Outcome<Caller> OfKey(string key) => callers.OfKey(key) is { } caller ? caller
        : key.Length == 0 ? Unknown($"{KeyHeader} is empty: expected the key of a caller.")
        : key.Contains(',', StringComparison.Ordinal) ? Unknown($"{KeyHeader} came twice or has a comma: expected one key.")
        : Unknown($"{KeyHeader} is the key of no caller: expected one of Access__Callers.");

    private string Expected() => opensWithFunctionKey ? $"{KeyHeader} or a function key" : KeyHeader;

    private static Problem Unknown(string error) => new(ProblemKind.Unauthorized, error) { Challenge = KeyHeader };
}
