using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Goim.Logic;
using Goim.Logic.Gate;

namespace Goim.Functions.Http;

/// <summary>Reads a body into a buffer that grows as bytes arrive, so that an announced length alone takes no memory.</summary>
internal static class BodyReader
{
    /// <summary>A body up to this size is read into one array of its size.</summary>
    private const int FirstBytes = 16 * 1024;

    /// <summary>Reads a body, then takes a turn for the call.</summary>
    /// <param name="body">The body.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="call">The call at its gate, which counts the bytes that have arrived.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The body, or a problem if the calls under way have too many bytes or turns.</returns>
    /// <exception cref="EndOfStreamException">The body is shorter.</exception>
    public static async ValueTask<Outcome<ReadOnlyMemory<byte>>> ReadAsync(
        Stream body, int length, GatedCall call, CancellationToken cancellationToken)
    {
        // The Functions host hands over a stream that can seek: all of it has arrived.
        var buffer = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(body.CanSeek ? length : Math.Min(length, FirstBytes));
        for (var arrived = 0; arrived < length;)
        {
            if (arrived == buffer.Length)
            {
                var growth = buffer.Length < CallGate.FreeBytes ? 4L : 2L;
                var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, buffer.Length * growth));
                buffer.CopyTo(larger, 0);
                buffer = larger;
            }

            var read = await body.ReadAsync(buffer.AsMemory(arrived), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            if (call.Arrive(read) is { } tooMany)
            {
                return tooMany;
            }

            arrived += read;
        }

        return call.Enter() is { } full ? full : new ReadOnlyMemory<byte>(buffer);
    }
}
