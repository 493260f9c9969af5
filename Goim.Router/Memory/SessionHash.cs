using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Goim.Router.Memory;

/// <summary>
/// The hash of a user id and a seq. Uses random factors of this process, so that callers cannot choose ids and seqs with equal hashes.
/// </summary>
internal static class SessionHash
{
    // Two random numbers of 128 bits.
    private static readonly ulong UserLow = RandomFactor(), UserHigh = RandomFactor(), SeqLow = RandomFactor(), SeqHigh = RandomFactor();

    /// <summary>The hash of a user's head. Consecutive ids get different hashes, so that most lookups meet one entry.</summary>
    // Fibonacci hashing. Every bit of the id affects the highest bits of the product; reversing the bytes makes them the lowest.
    public static int OfHead(long userId) =>
        (int)BinaryPrimitives.ReverseEndianness(((ulong)userId ^ UserHigh) * 0x9E37_79B9_7F4A_7C15);

    /// <summary>The hash of a session that is not its user's head.</summary>
    public static int Of(long userId, int seq)
    {
        // Multiply-shift hashing (Dietzfelbinger 1996): bits 64 to 127 of the product with a random number. However two keys are chosen,
        // the probability that they collide is about that of random keys.
        var hash = Math.BigMul((ulong)userId, UserLow, out _) + ((ulong)userId * UserHigh)
            + Math.BigMul((uint)seq, SeqLow, out _) + ((uint)seq * SeqHigh);

        // MurmurHash3 fmix64, a bijection. Without it, consecutive ids could pile up for some of the random numbers.
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return (int)(hash ^ (hash >> 33));
    }

    private static ulong RandomFactor() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
}
