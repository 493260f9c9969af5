using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Idempotency;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>Tells the callers of requests apart.</summary>
internal static class Callers
{
    private const string NoKey = "anyone";

    /// <summary>The first step of every function: finds out who sends the request, and whether that caller may use the route.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Knows the callers.</param>
    /// <param name="scopes">The scope that the route needs, or several of which one is enough.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static ValueTask<Outcome<Entry>> EnterAsync(
        this HttpRequestData request, AccessCheck access, Scope scopes, CancellationToken cancellationToken)
    {
        if (access.IsOff)
        {
            return ValueTask.FromResult<Outcome<Entry>>(default(Entry));
        }

        var credentials = new Credentials(
            request.ReadHeader(Credentials.CallerKeyHeader),
            request.ReadHeader("Authorization"),
            FunctionKeyIdentity.NameIn(request.Identities));
        return request.EnterAsync(access, credentials, scopes, cancellationToken);
    }

    /// <summary>The limit of the caller, as it is now. Null without one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="problem">What the request is refused with. Null if it is not refused.</param>
    public static RateLimit? LimitNow(this HttpRequestData request, Problem? problem) =>
        request.Known()?.Limit?.Now(problem?.Target);

    /// <summary>
    /// Name of the caller for the trail: its own, <c>function key {name}</c> if no caller is configured, or <c>anyone</c> without a key.
    /// </summary>
    public static string CallerName(this HttpRequestData request) =>
        request.Known()?.Name
        ?? (FunctionKeyIdentity.NameIn(request.Identities) is { } key ? Caller.OfFunctionKey(key).Name : NoKey);

    /// <summary>Reads the header <c>Idempotency-Key</c>. Null if the request does not have it.</summary>
    public static IdempotencyKey? ReadIdempotencyKey(this HttpRequestData request, Entry entry) =>
        request.ReadHeader(IdempotencyKey.Header) is { } text
            ? new IdempotencyKey(entry.KeyOwner ?? FunctionKeyOf(request), text)
            : null;

    private static async ValueTask<Outcome<Entry>> EnterAsync(
        this HttpRequestData request, AccessCheck access, Credentials credentials, Scope scopes, CancellationToken cancellationToken)
    {
        if (!(await access.FindAsync(credentials, cancellationToken)).Is(out var entry, out var problem))
        {
            return problem;
        }

        // The answer and the trail name the caller of a refused request too.
        request.FunctionContext.Features.Set(entry.Known!);
        return entry.Enter(scopes) is { } refused ? refused : entry;
    }

    private static Caller? Known(this HttpRequestData request) => request.FunctionContext.Features.Get<Caller>();

    /// <summary>
    /// Who sent a request that shows no caller's key: <c>key-</c> and the SHA-256 of its function key in hex, or <c>anyone</c> without a
    /// key. A key in the header and the same key in the query are one caller.
    /// </summary>
    private static string FunctionKeyOf(HttpRequestData request)
    {
        // As the Functions host: the first value counts, names ignore case, and the query counts only without the header. The host joins
        // repeated headers. The joined text is taken as it is: a key may have a comma, and two callers must never be taken for one.
        var key = request.ReadHeader("x-functions-key") ?? request.Query.GetValues("code")?[0];
        return string.IsNullOrEmpty(key) ? NoKey : $"key-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }
}
