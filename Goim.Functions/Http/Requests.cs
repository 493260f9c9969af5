using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Goim.Logic;
using Goim.Logic.Input;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>What the functions read of a request.</summary>
internal static class Requests
{
    /// <summary>The query as it came over the wire.</summary>
    public static RawQuery ReadQuery(this HttpRequestData request) => RawQuery.Of(request.Url.OriginalString);

    /// <summary>A header; null if the request does not have it, its values joined if it comes more than once.</summary>
    public static string? ReadHeader(this HttpRequestData request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>Null if the method is one of <paramref name="allowed"/>, else the refusal.</summary>
    // A trigger that names its methods answers 404 to the others, so ours name none and the functions ask here.
    public static Problem? WrongMethod(this HttpRequestData request, params ReadOnlySpan<string> allowed)
    {
        foreach (var method in allowed)
        {
            if (string.Equals(request.Method, method, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return new Problem(ProblemKind.WrongMethod, $"method is {request.Method}: expected {string.Join(" or ", allowed)}.")
        {
            Allow = string.Join(", ", allowed),
        };
    }

    /// <summary>The whole body; a problem if it is above <paramref name="maxBytes"/>, of which nothing is read.</summary>
    public static async Task<Outcome<ReadOnlyMemory<byte>>> ReadBodyAsync(this HttpRequestData request, int maxBytes, CancellationToken cancellationToken) =>
        request.BodyBytes(maxBytes).Is(out var length, out var problem) ? await request.ReadBytesAsync(length, cancellationToken) : problem;

    /// <summary>Bytes of the body, 0 without one; a problem if there are more than <paramref name="maxBytes"/>.</summary>
    // A body whose length is not told does not reach a function: the Functions host hands it an empty one (azure-functions-host issue 7930).
    public static Outcome<int> BodyBytes(this HttpRequestData request, int maxBytes)
    {
        if (request.ReadHeader("Transfer-Encoding") is { } encoding)
        {
            return new Problem(ProblemKind.BadInput, $"Transfer-Encoding is {Quoted.Of(encoding)}: expected a Content-Length, since no other body is read.");
        }

        return long.TryParse(request.ReadHeader("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length <= maxBytes ? (int)length : new Problem(ProblemKind.TooLarge, $"body has {length} bytes: expected {maxBytes} at most.")
            : 0;
    }

    /// <summary>A body of <paramref name="length"/> bytes.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(this HttpRequestData request, int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return default;
        }

        var body = GC.AllocateUninitializedArray<byte>(length);
        await request.Body.ReadExactlyAsync(body, cancellationToken);
        return body;
    }
}
