using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router.Memory;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class SeededHashTests
{
    // Of 65,536 random hashes of 32 bits, half a pair is equal.
    private const int AlmostAll = 65_500;

    // In a table with as many chains as keys, eight or nine random keys are in the longest chain.
    private const int LongestChain = 24;

    [Fact]
    public void Chosen_keys_collide_under_the_hashes_of_dotnet()
    {
        Assert.Single(ChosenKeys.Of("hash code 0").Select(key => key.GetHashCode()).Distinct());
        Assert.InRange(
            ChosenKeys.Of("HashCode").Select(key => HashCode.Combine((int)key, (int)(key >> 32))).Distinct().Count(), 1, 511);
    }

    [Theory]
    [MemberData(nameof(ChosenKeys.Families), MemberType = typeof(ChosenKeys))]
    public void Chosen_keys_have_different_hashes(string family) => AssertSpread(family, key => SeededHash.Of(key));

    [Theory]
    [MemberData(nameof(ChosenKeys.Families), MemberType = typeof(ChosenKeys))]
    public void Each_of_three_keys_changes_the_hash(string family)
    {
        AssertSpread(family, key => SeededHash.Of(key, 1, 2));
        AssertSpread(family, key => SeededHash.Of(1, key, 2));
        AssertSpread(family, key => SeededHash.Of(1, 2, key));
    }

    [Theory]
    [MemberData(nameof(ChosenKeys.Families), MemberType = typeof(ChosenKeys))]
    public void Chosen_request_ids_have_different_hashes(string family)
    {
        AssertSpread(family, key => new RequestKey(42, key, 1).GetHashCode());
        AssertSpread(family, key => new RequestKey(42, 1, key).GetHashCode());
        AssertSpread(family, key => new RequestKey(key, key, key).GetHashCode());
    }

    [Theory]
    [MemberData(nameof(ChosenKeys.Families), MemberType = typeof(ChosenKeys))]
    public void Chosen_users_are_in_short_chains_of_a_node(string family)
    {
        AssertSpread(family, SessionHash.OfHead);
        AssertSpread(family, key => SessionHash.Of(key, 1));
        AssertSpread(family, key => SessionHash.Of((int)(key >> 32), (int)key));
    }

    [Fact]
    public void Chosen_int32_keys_have_different_hashes()
    {
        var hashes = Enumerable.Range(1, 16_000).Select(i => SeededIntComparer.Instance.GetHashCode(i * 130_363));

        Assert.InRange(hashes.Distinct().Count(), 15_990, 16_000);
    }

    private static void AssertSpread(string family, Func<long, int> hash)
    {
        var keys = ChosenKeys.Of(family);
        var hashes = keys.Select(hash).ToArray();

        Assert.InRange(hashes.Distinct().Count(), AlmostAll, keys.Length);
        Assert.InRange(hashes.CountBy(each => each & 0xFFFF).Max(chain => chain.Value), 1, LongestChain);
    }
}
