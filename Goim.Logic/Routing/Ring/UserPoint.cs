using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Goim.Logic.Routing.Ring;

/// <summary>A user's point on goim's ring: the last word of the SHA-1 digest of the user id in decimal.</summary>
/// <remarks>
/// SHA-1 as in FIPS 180-4, for one id or for eight ids at once. An id has at most 20 characters, so it fills one block, whose words 6 to 14
/// are zero. The last word of the digest is known four rounds before the end. AggressiveOptimization skips the first tier of the JIT
/// compiler, which inlines nothing and would make an id take more than ten times as long.
/// </remarks>
internal static class UserPoint
{
    /// <summary>Ids that <see cref="OfEach"/> hashes at once if the processor has 256-bit registers.</summary>
    public const int LaneCount = 8;

    private const int LongestId = 20;
    private const int WordsOfId = (LongestId / sizeof(uint)) + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Of(long userId)
    {
        Span<uint> words = stackalloc uint[WordsOfId];
        var block = default(Block<OneLane>);
        block[15] = new OneLane((uint)WriteId(userId, words, 1) * 8);
        for (var i = 0; i < WordsOfId; i++)
        {
            block[i] = new OneLane(words[i]);
        }

        return LastWord(ref block).Value;
    }

    /// <summary>The points of users, in order.</summary>
    /// <param name="userIds">The users.</param>
    /// <param name="points">Takes one point for each user.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfEach(ReadOnlySpan<long> userIds, Span<uint> points)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= userIds.Length - LaneCount; i += LaneCount)
            {
                OfEight(userIds.Slice(i, LaneCount)).CopyTo(points[i..]);
            }
        }

        for (; i < userIds.Length; i++)
        {
            points[i] = Of(userIds[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<uint> OfEight(ReadOnlySpan<long> userIds)
    {
        // The first words of all eight ids, then their second words, and so on.
        Span<uint> words = stackalloc uint[WordsOfId * LaneCount];
        Span<uint> bits = stackalloc uint[LaneCount];
        for (var i = 0; i < LaneCount; i++)
        {
            bits[i] = (uint)WriteId(userIds[i], words[i..], LaneCount) * 8;
        }

        var block = default(Block<EightLanes>);
        for (var i = 0; i < WordsOfId; i++)
        {
            block[i] = new EightLanes(Vector256.Create<uint>(words.Slice(i * LaneCount, LaneCount)));
        }

        block[15] = new EightLanes(Vector256.Create<uint>(bits));
        return LastWord(ref block).Values;
    }

    // Writes the id's text and SHA-1's end bit as big-endian words, `stride` apart. Returns the length of the text.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WriteId(long userId, Span<uint> words, int stride)
    {
        Span<byte> text = stackalloc byte[WordsOfId * sizeof(uint)];
        text.Clear();
        Utf8Formatter.TryFormat(userId, text, out var length);
        text[length] = 0x80;
        for (var i = 0; i < WordsOfId; i++)
        {
            words[i * stride] = BinaryPrimitives.ReadUInt32BigEndian(text[(i * sizeof(uint))..]);
        }

        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes LastWord<TLanes>(ref Block<TLanes> block)
        where TLanes : struct, ILanes<TLanes>
    {
        var last = TLanes.Of(0xC3D2E1F0);
        var (a, b, c, d, e) = (TLanes.Of(0x67452301), TLanes.Of(0xEFCDAB89), TLanes.Of(0x98BADCFE), TLanes.Of(0x10325476), last);
        var k = TLanes.Of(0x5A827999);
        for (var t = 0; t < 16; t++)
        {
            var next = TLanes.RotateLeft(a, 5) + (d ^ (b & (c ^ d))) + e + k + block[t];
            (a, b, c, d, e) = (next, a, TLanes.RotateLeft(b, 30), c, d);
        }

        for (var t = 16; t < 20; t++)
        {
            var next = TLanes.RotateLeft(a, 5) + (d ^ (b & (c ^ d))) + e + k + Next(ref block, t);
            (a, b, c, d, e) = (next, a, TLanes.RotateLeft(b, 30), c, d);
        }

        k = TLanes.Of(0x6ED9EBA1);
        for (var t = 20; t < 40; t++)
        {
            var next = TLanes.RotateLeft(a, 5) + (b ^ c ^ d) + e + k + Next(ref block, t);
            (a, b, c, d, e) = (next, a, TLanes.RotateLeft(b, 30), c, d);
        }

        k = TLanes.Of(0x8F1BBCDC);
        for (var t = 40; t < 60; t++)
        {
            var next = TLanes.RotateLeft(a, 5) + ((b & c) | (d & (b | c))) + e + k + Next(ref block, t);
            (a, b, c, d, e) = (next, a, TLanes.RotateLeft(b, 30), c, d);
        }

        k = TLanes.Of(0xCA62C1D6);
        for (var t = 60; t < 76; t++)
        {
            var next = TLanes.RotateLeft(a, 5) + (b ^ c ^ d) + e + k + Next(ref block, t);
            (a, b, c, d, e) = (next, a, TLanes.RotateLeft(b, 30), c, d);
        }

        // Four rounds later this word is e, the last word of the digest.
        return TLanes.RotateLeft(a, 30) + last;
    }

    // Word t of the message schedule, made from the 16 words before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Next<TLanes>(ref Block<TLanes> block, int t)
        where TLanes : struct, ILanes<TLanes> =>
        block[t & 15] = TLanes.RotateLeft(block[(t + 13) & 15] ^ block[(t + 8) & 15] ^ block[(t + 2) & 15] ^ block[t & 15], 1);

    [InlineArray(16)]
    private struct Block<TLanes>
    {
        private TLanes first;
    }
}
