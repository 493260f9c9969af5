using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Goim.Logic.Routing;

/// <summary>Where goim's ring puts users: at the last word of the SHA-1 digest of an id in decimal.</summary>
/// <remarks>
/// FIPS 180-4, written once for a word and for eight words side by side. An id is at most 20 bytes, so it is one block, of which words
/// 6 to 14 are zero; and the last word of the digest is known four rounds before the others. All of it is compiled in full at once:
/// in the code of the first tier, where nothing is inlined, an id takes more than ten times as long.
/// </remarks>
internal static class UserPoint
{
    /// <summary>Ids that <see cref="OfEach"/> takes at once where the processor has the registers for it.</summary>
    public const int AtOnce = 8;

    private const int LongestId = 20;
    private const int WordsOfId = (LongestId / sizeof(uint)) + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Of(long userId)
    {
        Span<uint> words = stackalloc uint[WordsOfId];
        var block = default(Block<OneWord>);
        block[15] = new OneWord((uint)WriteId(userId, words, 1) * 8);
        for (var i = 0; i < WordsOfId; i++)
        {
            block[i] = new OneWord(words[i]);
        }

        return LastWord(ref block).Value;
    }

    /// <summary>The points of users, in order; <paramref name="points"/> holds as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfEach(ReadOnlySpan<long> userIds, Span<uint> points)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= userIds.Length - AtOnce; i += AtOnce)
            {
                OfEight(userIds.Slice(i, AtOnce)).CopyTo(points[i..]);
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
        // Word by word: the first words of the eight ids, then the second ones.
        Span<uint> words = stackalloc uint[WordsOfId * AtOnce];
        Span<uint> bits = stackalloc uint[AtOnce];
        for (var i = 0; i < AtOnce; i++)
        {
            bits[i] = (uint)WriteId(userIds[i], words[i..], AtOnce) * 8;
        }

        var block = default(Block<EightWords>);
        for (var i = 0; i < WordsOfId; i++)
        {
            block[i] = new EightWords(Vector256.Create<uint>(words.Slice(i * AtOnce, AtOnce)));
        }

        block[15] = new EightWords(Vector256.Create<uint>(bits));
        return LastWord(ref block).Values;
    }

    // The id's text and the bit that ends a message, as big-endian words `stride` apart; gives the length of the text.
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
    private static TWords LastWord<TWords>(ref Block<TWords> block)
        where TWords : struct, IWords<TWords>
    {
        var last = TWords.Of(0xC3D2E1F0);
        var (a, b, c, d, e) = (TWords.Of(0x67452301), TWords.Of(0xEFCDAB89), TWords.Of(0x98BADCFE), TWords.Of(0x10325476), last);
        var k = TWords.Of(0x5A827999);
        for (var t = 0; t < 16; t++)
        {
            (a, b, c, d, e) = (TWords.Left(a, 5) + (d ^ (b & (c ^ d))) + e + k + block[t], a, TWords.Left(b, 30), c, d);
        }

        for (var t = 16; t < 20; t++)
        {
            (a, b, c, d, e) = (TWords.Left(a, 5) + (d ^ (b & (c ^ d))) + e + k + Next(ref block, t), a, TWords.Left(b, 30), c, d);
        }

        k = TWords.Of(0x6ED9EBA1);
        for (var t = 20; t < 40; t++)
        {
            (a, b, c, d, e) = (TWords.Left(a, 5) + (b ^ c ^ d) + e + k + Next(ref block, t), a, TWords.Left(b, 30), c, d);
        }

        k = TWords.Of(0x8F1BBCDC);
        for (var t = 40; t < 60; t++)
        {
            (a, b, c, d, e) = (TWords.Left(a, 5) + ((b & c) | (d & (b | c))) + e + k + Next(ref block, t), a, TWords.Left(b, 30), c, d);
        }

        k = TWords.Of(0xCA62C1D6);
        for (var t = 60; t < 76; t++)
        {
            (a, b, c, d, e) = (TWords.Left(a, 5) + (b ^ c ^ d) + e + k + Next(ref block, t), a, TWords.Left(b, 30), c, d);
        }

        // What is a now, is e after four rounds more.
        return TWords.Left(a, 30) + last;
    }

    // Word t of the message schedule, from the 16 before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Next<TWords>(ref Block<TWords> block, int t)
        where TWords : struct, IWords<TWords> =>
        block[t & 15] = TWords.Left(block[(t + 13) & 15] ^ block[(t + 8) & 15] ^ block[(t + 2) & 15] ^ block[t & 15], 1);

    [InlineArray(16)]
    private struct Block<TWords>
    {
        private TWords first;
    }
}
