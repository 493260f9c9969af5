using System.Security.Cryptography;
using Goim.Logic.Gate;

namespace Goim.Logic.Push.Batch;

/// <summary>The body of a batch, NDJSON.</summary>
/// <param name="Lines">The lines in order. A line that is not valid is a problem.</param>
/// <param name="Hash">SHA-256 of the body.</param>
internal sealed record BatchBody(IReadOnlyList<Outcome<BatchLine>> Lines, byte[] Hash)
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>
    /// Reads a body, line by line as it arrives. A problem if it is empty, has too many lines or there are too many bytes at the gate of
    /// <paramref name="call"/>. Reading then stops.
    /// </summary>
    public static async Task<Outcome<BatchBody>> ReadAsync(
        Stream body, PushOptions limits, GatedCall call, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new List<Outcome<BatchLine>>();
        var buffer = new byte[ReadBytes];
        var (start, end) = (0, 0); // The part of the buffer that belongs to the current line.
        while (await body.ReadAsync(buffer.AsMemory(end), cancellationToken) is > 0 and var read)
        {
            if (call.Arrive(read) is { } tooManyBytes)
            {
                return tooManyBytes;
            }

            hash.AppendData(buffer.AsSpan(end, read));
            var search = end;
            end += read;
            while (buffer.AsSpan(search, end - search).IndexOf((byte)'\n') is >= 0 and var found)
            {
                lines.Add(BatchLine.Parse(buffer.AsSpan(start, search + found - start).ToArray(), limits.MaxUsers));
                start = search = search + found + 1;
                if (lines.Count > PushBatch.MaxLines)
                {
                    return TooMany();
                }
            }

            (buffer, end) = WithRoom(buffer, start, end);
            start = 0;
        }

        if (end > 0)
        {
            lines.Add(BatchLine.Parse(buffer.AsSpan(0, end).ToArray(), limits.MaxUsers));
        }

        return lines.Count == 0
            ? new Problem(ProblemKind.BadInput, $"body is empty: expected 1 to {PushBatch.MaxLines} lines of JSON.")
            : lines.Count > PushBatch.MaxLines ? TooMany()
            : new BatchBody(lines, hash.GetHashAndReset());
    }

    private static Problem TooMany() =>
        new(ProblemKind.TooLarge, $"body has more than {PushBatch.MaxLines} lines: expected {PushBatch.MaxLines} at most.");

    // Moves the current line to the front of the buffer. A line that fills the buffer gets a larger one.
    private static (byte[] Buffer, int End) WithRoom(byte[] buffer, int start, int end)
    {
        var larger = end - start == buffer.Length ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(start, end - start).CopyTo(larger);
        return (larger, end - start);
    }
}
