using System.Security.Cryptography;
using Goim.Logic.Gate;

namespace Goim.Logic.Push.Batch;

/// <summary>The body of a batch, NDJSON.</summary>
/// <param name="hash">Takes the body. Null if its hash is not asked for.</param>
/// <param name="maxUsers">Most users of a line.</param>
internal sealed class BatchBody(IncrementalHash? hash, int maxUsers) : IDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private const int MinReadBytes = 4 * 1024;

    // Lines refer to the chunk that they are in.
    private byte[] chunk = GC.AllocateUninitializedArray<byte>(ChunkBytes);
    private int start;
    private int end;

    /// <summary>The lines in order. A line that is not valid is a problem.</summary>
    public PooledList<Outcome<BatchLine>> Lines { get; } = new();

    /// <summary>
    /// Reads a body, line by line as it arrives. A problem if it is empty, has too many lines or there are too many bytes at the gate of
    /// <paramref name="call"/>. Reading then stops.
    /// </summary>
    public async Task<Problem?> ReadAsync(Stream body, GatedCall call, CancellationToken cancellationToken)
    {
        while (await body.ReadAsync(Free(), cancellationToken) is > 0 and var read)
        {
            if (call.Arrive(read) is { } tooManyBytes)
            {
                return tooManyBytes;
            }

            hash?.AppendData(chunk.AsSpan(end, read));
            AddLines(read);
            if (Lines.Count > PushBatch.MaxLines)
            {
                return TooMany();
            }
        }

        if (end > start)
        {
            AddLine(end);
        }

        return Lines.Count == 0
            ? new Problem(ProblemKind.BadInput, $"body is empty: expected 1 to {PushBatch.MaxLines} lines of JSON.")
            : Lines.Count > PushBatch.MaxLines ? TooMany()
            : null;
    }

    public void Dispose() => Lines.Dispose();

    private static Problem TooMany() =>
        new(ProblemKind.TooLarge, $"body has more than {PushBatch.MaxLines} lines: expected {PushBatch.MaxLines} at most.");

    private void AddLines(int read)
    {
        var search = end;
        end += read;
        while (Lines.Count <= PushBatch.MaxLines && chunk.AsSpan(search, end - search).IndexOf((byte)'\n') is >= 0 and var found)
        {
            AddLine(search + found);
            search = start;
        }
    }

    private void AddLine(int lineEnd)
    {
        Lines.Add(BatchLine.Parse(chunk.AsMemory(start, lineEnd - start), maxUsers));
        start = lineEnd + 1;
    }

    // Where the next bytes go. The line that is not complete goes with them into the next chunk, which is larger if the line needs it.
    private Memory<byte> Free()
    {
        if (chunk.Length - end < MinReadBytes)
        {
            var line = chunk.AsSpan(start, end - start);
            chunk = GC.AllocateUninitializedArray<byte>(Math.Max(ChunkBytes, line.Length * 2));
            line.CopyTo(chunk);
            (start, end) = (0, line.Length);
        }

        return chunk.AsMemory(end);
    }
}
