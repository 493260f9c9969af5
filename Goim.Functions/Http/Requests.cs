using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Goim.Logic;
using Goim.Logic.Gate;
using Goim.Logic.Input;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>Reads the parts of a request.</summary>
internal static class Requests
{
    /// <summary>The query as received.</summary>
    public static RawQuery ReadQuery(this HttpRequestData request) => RawQuery.Of(request.Url.OriginalString);

    /// <summary>A header. Null if the request does not have it. The host joins repeated headers with a comma.</summary>
    public static string? ReadHeader(this HttpRequestData request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <summary>The problem if the method is not one of <paramref name="allowed"/>. Null if it is.</summary>
    // The host answers 404 to methods that a trigger does not name. So the triggers name none, and the functions check here.
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
            Allow = string.Join(',', allowed),
        };
    }

    /// <summary>Reads the whole body, then takes a turn for the call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">The call at its gate. It holds no turn while the body arrives.</param>
    /// <param name="maxBytes">Most bytes of the body. One that has more is a problem, and is not read.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static ValueTask<Outcome<ReadOnlyMemory<byte>>> ReadBodyAsync(
        this HttpRequestData request, GatedCall call, int maxBytes, CancellationToken cancellationToken) =>
        request.BodyBytes(maxBytes).Is(out var length, out var problem)
            ? BodyReader.ReadAsync(request.Body, length, call, cancellationToken)
            : ValueTask.FromResult<Outcome<ReadOnlyMemory<byte>>>(problem);

    /// <summary>
    /// Length of the body in bytes; 0 without one. More than <paramref name="maxBytes"/> is a problem, and so is a body that is
    /// compressed or has no length.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">Most bytes of the body.</param>
    /// <param name="room">What fits into them, for the end of the sentence.</param>
    // The Functions host gives a function an empty body if the request has no Content-Length (azure-functions-host issue 7930).
    public static Outcome<int> BodyBytes(this HttpRequestData request, int maxBytes, string room = "")
    {
        if (request.ReadHeader("Transfer-Encoding") is { } encoding)
        {
            return new Problem(
                ProblemKind.BadInput,
                $"Transfer-Encoding is {Quoted.Of(encoding)}: expected a Content-Length, since no other body is read.");
        }

        if (request.ReadHeader("Content-Encoding") is { } coding && !IsIdentity(coding))
        {
            return new Problem(
                ProblemKind.UnsupportedEncoding,
                $"Content-Encoding is {Quoted.Of(coding)}: expected identity or none, since bodies are not decompressed.");
        }

        if (!long.TryParse(request.ReadHeader("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return 0;
        }

        return length <= maxBytes
            ? (int)length
            : new Problem(ProblemKind.TooLarge, $"body has {length} bytes: expected {maxBytes} at most{room}.");
    }

    // A list of codings, in any case. An empty element is none.
    private static bool IsIdentity(string codings)
    {
        foreach (var range in codings.AsSpan().Split(','))
        {
            var coding = codings.AsSpan(range).Trim();
            if (!coding.IsEmpty && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
