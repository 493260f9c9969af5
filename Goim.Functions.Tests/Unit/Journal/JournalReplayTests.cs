using Goim.Logic.Journal;

namespace Goim.Functions.Tests.Unit.Journal;

public sealed class JournalReplayTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 10)]
    [InlineData(3, 40)]
    [InlineData(6, 320)]
    [InlineData(7, 600)]
    [InlineData(1_000_000, 600)]
    [InlineData(-1, 5)]
    public void The_delay_grows_from_5_s_to_10_min(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JournalReplay.DelayAfter(attempts));
}
