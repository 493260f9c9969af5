namespace Goim.Functions.Tests.Hosting;

/// <summary>Keys that a hostile caller may choose, so that they have equal hashes.</summary>
internal static class ChosenKeys
{
    // System.HashCode (xxHash32).
    private const uint Prime3 = 3_266_489_917, Prime4 = 668_265_263;

    /// <summary>The families of <see cref="Of"/>.</summary>
    public static TheoryData<string> Families { get; } = new("hash code 0", "multiples of a table's size", "HashCode", "high bits");

    /// <summary>65,536 different keys, in an order that is not ascending.</summary>
    public static long[] Of(string family) => [.. Enumerable.Range(1, 65_536).Reverse().Select(i => family switch
    {
        // long.GetHashCode is the lower half XOR the upper half.
        "hash code 0" => ((long)i << 32) | (uint)i,

        // A size of Dictionary and HashSet.
        "multiples of a table's size" => i * 130_363L,

        // HashCode.Combine of the halves has 511 different values, whatever its seed is. The first half changes the highest 8 bits of the
        // state, which the rotation by 17 moves down to bits 9 to 16. The second half takes away each of the 256 possible changes.
        "HashCode" => Halves((uint)(i & 255) << 24, 0u - ((uint)((i >> 8) & 255) << 9) * Prime4),
        _ => (long)i << 47,
    })];

    private static long Halves(uint first, uint second) => ((long)(second * InverseOfPrime3) << 32) | (first * InverseOfPrime3);

    // By Newton's method: each step doubles the number of right bits.
    private static uint InverseOfPrime3
    {
        get
        {
            var inverse = Prime3;
            for (var i = 0; i < 5; i++)
            {
                inverse *= 2 - (Prime3 * inverse);
            }

            return inverse;
        }
    }
}
