using System;
using System.Security.Cryptography;
using System.Text;
using Goim.Logic.Idempotency;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>Tells the callers of requests apart.</summary>
internal static class Callers
{
    private const string NoKey = "anyone";

    /// <summary>Reads the header <c>Idempotency-Key</c>. Null if the request does not have it.</summary>
    public static IdempotencyKey? ReadIdempotencyKey(this HttpRequestData request) =>
        request.ReadHeader(IdempotencyKey.Header) is { } text ? new IdempotencyKey(CallerOf(request), text) : null;

    /// <summary>
    /// Who sent a request: <c>key-</c> and the SHA-256 of its function key in hex, or <c>anyone</c> without a key. A key in the header and
    /// the same key in the query are one caller.
    /// </summary>
    private static string CallerOf(HttpRequestData request)
    {
        // As the Functions host: the first value counts, names ignore case, and the query counts only without the header. The host joins
        // repeated headers. The joined text is taken as it is: a key may have a comma, and two callers must never be taken for one.
        var key = request.ReadHeader("x-functions-key") ?? request.Query.GetValues("code")?[0];
        return string.IsNullOrEmpty(key) ? NoKey : $"key-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }
}
