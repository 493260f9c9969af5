using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Goim.Protocol;

/// <summary>
/// A hash of integers that callers choose, such as user ids. It depends on random numbers of this process, so that nobody can choose keys
/// with equal hashes. It differs between processes: never store or send it.
/// </summary>
/// <remarks>
/// .NET's own hash of an integer is no secret. <see cref="HashCode"/> has a secret of 32 bits, but keys of two integers can be chosen so
/// that a million of them have about two thousand hashes, whatever the secret is.
/// </remarks>
public static class SeededHash
{
    // A random number of 128 bits for each key, and one of 64 bits.
    private static readonly ulong FirstLow = Random64(), FirstHigh = Random64();
    private static readonly ulong SecondLow = Random64(), SecondHigh = Random64();
    private static readonly ulong ThirdLow = Random64(), ThirdHigh = Random64();
    private static readonly ulong Offset = Random64();

    /// <summary>The hash of one key. All of its bits can be used.</summary>
    public static int Of(long key) => Mixed(Product(key, FirstLow, FirstHigh));

    /// <summary>The hash of three keys together.</summary>
    public static int Of(long first, long second, long third) => Mixed(
        Product(first, FirstLow, FirstHigh) + Product(second, SecondLow, SecondHigh) + Product(third, ThirdLow, ThirdHigh));

    // Multiply-shift hashing (Dietzfelbinger 1996): bits 64 to 127 of the product with a random number. However two keys are chosen, the
    // probability that they collide is about that of random keys.
    private static ulong Product(long key, ulong low, ulong high) => Math.BigMul((ulong)key, low, out _) + ((ulong)key * high);

    // MurmurHash3 fmix64, a bijection. Without it, consecutive ids could pile up for some of the random numbers.
    private static int Mixed(ulong sum)
    {
        var hash = sum + Offset;
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return (int)(hash ^ (hash >> 33));
    }

    private static ulong Random64() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
