using System.Buffers.Binary;

namespace Goim.Benchmarks.Comet;

/// <summary>The first bytes of a message: which one it is, and when it was pushed.</summary>
/// <param name="Run">Number of the run, so that late messages of an earlier one are told apart.</param>
/// <param name="Stream">Number of the connection that pushed it, from 0. It pushes one message after the other.</param>
/// <param name="Number">Number of the message on that connection, from 1.</param>
/// <param name="PushedAt">Timestamp of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
internal readonly record struct Stamp(int Run, int Stream, int Number, long PushedAt)
{
    /// <summary>Bytes of a stamp.</summary>
    public const int Length = 24;

    private const int Magic = 0x676F696D; // "goim"

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteInt32BigEndian(message, Magic);
        BinaryPrimitives.WriteInt32BigEndian(message[4..], Run);
        BinaryPrimitives.WriteInt32BigEndian(message[8..], Stream);
        BinaryPrimitives.WriteInt32BigEndian(message[12..], Number);
        BinaryPrimitives.WriteInt64BigEndian(message[16..], PushedAt);
    }

    /// <returns>False if this program did not push the message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out Stamp stamp)
    {
        stamp = default;
        if (message.Length < Length || BinaryPrimitives.ReadInt32BigEndian(message) != Magic)
        {
            return false;
        }

        stamp = new(
            BinaryPrimitives.ReadInt32BigEndian(message[4..]),
            BinaryPrimitives.ReadInt32BigEndian(message[8..]),
            BinaryPrimitives.ReadInt32BigEndian(message[12..]),
            BinaryPrimitives.ReadInt64BigEndian(message[16..]));
        return true;
    }
}
