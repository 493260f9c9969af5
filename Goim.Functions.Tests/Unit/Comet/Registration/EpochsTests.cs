using Goim.Comet.Registration;

namespace Goim.Functions.Tests.Unit.Comet.Registration;

/// <summary>The epochs that a comet knows after an answer to a heartbeat.</summary>
public sealed class EpochsTests
{
    private static readonly Dictionary<string, string> Known = new() { ["1"] = "a", ["2"] = "b" };

    [Fact]
    public void A_node_that_has_failed_keeps_its_epoch()
    {
        var after = Heartbeats.After(Known, new() { ["1"] = "c" }, isWhole: false);

        Assert.Equal(new Dictionary<string, string> { ["1"] = "c", ["2"] = "b" }, after);
    }

    [Fact]
    public void A_node_that_is_missing_in_a_whole_answer_has_no_epoch_any_more()
    {
        var after = Heartbeats.After(Known, new() { ["1"] = "a" }, isWhole: true);

        Assert.Equal(new Dictionary<string, string> { ["1"] = "a" }, after);
    }
}
