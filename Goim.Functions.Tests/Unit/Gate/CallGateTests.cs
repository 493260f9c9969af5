using Goim.Logic;
using Goim.Logic.Gate;

namespace Goim.Functions.Tests.Unit.Gate;

/// <summary>A gate for 2 calls with 1,000 bytes, beside the bytes of each body that are free.</summary>
public sealed class CallGateTests
{
    private const int Free = CallGate.FreeBytes;
    private readonly CallGate gate = new("calls", 2, "Some__Setting", 1_000, "nothing was done");

    [Fact]
    public void One_call_more_than_may_hold_a_turn_is_refused_until_one_ends()
    {
        var (first, second) = (gate.Begin(), gate.Begin());
        Assert.Null(first.Enter());
        Assert.Null(second.Enter());
        using var third = gate.Begin();

        Refused(third.Enter(), "2 calls are under way: expected no more at once (Some__Setting), nothing was done, repeat the call.");
        second.Dispose();
        Assert.Null(third.Enter());
        Refused(gate.Begin().Enter(), "2 calls are under way");
    }

    [Fact]
    public void A_call_that_only_reads_its_body_holds_no_turn()
    {
        var reading = Enumerable.Range(0, 10).Select(_ => gate.Begin()).ToList();
        Assert.All(reading, call => Assert.Null(call.Arrive(Free)));

        using var call = gate.Begin();
        Assert.Null(call.Enter());
    }

    [Fact]
    public void Bytes_are_counted_as_they_arrive_and_the_call_that_brings_too_many_is_refused()
    {
        var (first, second) = (gate.Begin(), gate.Begin());
        Assert.Null(first.Arrive(Free + 400));
        Assert.Null(second.Arrive(Free));
        Assert.Null(second.Arrive(600));

        Refused(
            first.Arrive(1), "calls of 1000 bytes are under way: expected 1000 at most at once, nothing was done, repeat the call.");
        first.Dispose();
        Assert.Null(second.Arrive(400));
        Refused(second.Arrive(1), "calls of 1000 bytes");
    }

    [Fact]
    public void A_small_body_is_taken_however_many_bytes_the_others_have()
    {
        using var large = gate.Begin();
        Assert.Null(large.Arrive(Free + 1_000));

        using var small = gate.Begin();
        Assert.Null(small.Arrive(Free));
        Assert.Null(small.Enter());
    }

    [Fact]
    public void What_a_call_gives_back_it_gives_back_once()
    {
        var (first, second) = (gate.Begin(), gate.Begin());
        foreach (var call in new[] { first, second })
        {
            Assert.Null(call.Arrive(Free + 500));
            Assert.Null(call.Enter());
        }

        first.Dispose();
        first.Dispose();

        Assert.Null(gate.Begin().Enter());
        Refused(gate.Begin().Enter(), "2 calls are under way");
        Refused(gate.Begin().Arrive(Free + 501), "calls of 500 bytes are under way");
    }

    private static void Refused(Problem? problem, string expected)
    {
        Assert.Equal(ProblemKind.TooMany, problem?.Kind);
        Assert.StartsWith(expected, problem!.Error, StringComparison.Ordinal);
    }
}
