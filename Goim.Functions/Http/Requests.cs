using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Goim.Logic;
using Goim.Logic.Input;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Http;

/// <summary>What the functions read of a request.</summary>
internal static class Requests
{
    private const int ReadBytes = 16 * 1024;

    /// <summary>The query as it came over the wire.</summary>
    public static RawQuery ReadQuery(this HttpRequestData request) => RawQuery.Of(request.Url.OriginalString);

    /// <summary>A header; null if the request does not have it, its values joined if it comes more than once.</summary>
    public static string? ReadHeader(this HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

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

    /// <summary>The whole body; a problem if it is above <paramref name="maxBytes"/>, of which no more is read.</summary>
    public static async Task<Outcome<ReadOnlyMemory<byte>>> ReadBodyAsync(this HttpRequestData request, int maxBytes, CancellationToken cancellationToken)
    {
        var known = ContentLength(request);
        if (known > maxBytes)
        {
            return TooLarge($"{known}", maxBytes);
        }

        // One byte more than the body may have tells the end from too much.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(known ?? ReadBytes, maxBytes) + 1);
        try
        {
            var length = 0;
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                if (length > maxBytes)
                {
                    return TooLarge($"more than {maxBytes}", maxBytes);
                }

                if (read == 0)
                {
                    return (ReadOnlyMemory<byte>)buffer.AsSpan(0, length).ToArray();
                }

                if (length == buffer.Length)
                {
                    buffer = Grown(buffer, length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Bytes of the body, or the most that it may have where the request does not say.</summary>
    public static int BodyBytes(this HttpRequestData request, int maxBytes) => (int)Math.Clamp(ContentLength(request) ?? maxBytes, 0, maxBytes);

    private static byte[] Grown(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static long? ContentLength(HttpRequestData request) =>
        request.Headers.TryGetValues("Content-Length", out var values) && long.TryParse(values.FirstOrDefault(), out var length) ? length : null;

    private static Problem TooLarge(string length, int maxBytes) =>
        new(ProblemKind.TooLarge, $"body has {length} bytes: expected {maxBytes} at most.");
}
