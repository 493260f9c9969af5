using Goim.Comet.Registration;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Comet.Registration;

public sealed class RecentKeysTests
{
    [Fact]
    public void A_key_is_new_once()
    {
        var keys = new RecentKeys();

        Assert.True(keys.Add(new SubKey(42, 1)));
        Assert.False(keys.Add(new SubKey(42, 1)));
        Assert.True(keys.Add(new SubKey(42, 2)));
    }

    [Fact]
    public void The_oldest_of_a_hundred_thousand_keys_is_forgotten_first()
    {
        var keys = new RecentKeys();
        for (var seq = 1; seq <= 100_001; seq++)
        {
            keys.Add(new SubKey(42, seq));
        }

        Assert.False(keys.Add(new SubKey(42, 2)));
        Assert.True(keys.Add(new SubKey(42, 1)));
    }
}
