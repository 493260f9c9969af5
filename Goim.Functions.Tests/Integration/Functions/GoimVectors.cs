using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Functions;

// The cases in four classes, so that they run beside each other.
public sealed class GoimPushVectors(VectorHost shared) : GoimVectorTests, IClassFixture<VectorHost>
{
    public static TheoryData<string> Names => NamesStartingWith("push/", "route/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name, shared.ForOneTest());
}

public sealed class GoimPushsVectors(VectorHost shared) : GoimVectorTests, IClassFixture<VectorHost>
{
    public static TheoryData<string> Names => NamesStartingWith("pushs/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name, shared.ForOneTest());
}

public sealed class GoimRoomVectors(VectorHost shared) : GoimVectorTests, IClassFixture<VectorHost>
{
    public static TheoryData<string> Names => NamesStartingWith("room/", "all/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAsync(name, shared.ForOneTest());
}

/// <summary>Each on a host of its own: counts are cached for a second, and some cases stop a node.</summary>
public sealed class GoimServerVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("count/", "serverdel/", "down/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAloneAsync(name);

    [Fact]
    public void Every_case_runs_in_one_of_the_classes() => Assert.Equal(
        Vector.Names.Count(),
        Names.Count + GoimPushVectors.Names.Count + GoimPushsVectors.Names.Count + GoimRoomVectors.Names.Count);

    [Fact]
    public void Every_superseded_case_is_one_of_the_vectors() => Assert.Empty(SupersededNames.Except(Vector.Names));
}

/// <summary>Two router nodes without a session.</summary>
public sealed class VectorHost : HostFixture
{
    private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(["1", "2"], []);
}
