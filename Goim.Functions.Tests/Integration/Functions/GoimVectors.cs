using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Functions;

// The cases are spread over several classes, so that xUnit runs them in parallel.
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

public sealed class GoimServerVectors(VectorHost shared) : GoimVectorTests, IClassFixture<VectorHost>
{
    public static TheoryData<string> Names => NamesStartingWith("count/", "serverdel/");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Does_what_goim_did(string name)
    {
        var host = shared.ForOneTest();

        // A count is cached for a second, or until a server is deleted.
        (await host.PostAsync("/1/server/del?server=999", "")).IsOk();
        await RunAsync(name, host);
    }
}

/// <summary>Cases that stop a node, each on a host of its own.</summary>
public sealed class GoimDownVectors : GoimVectorTests
{
    public static TheoryData<string> Names => NamesStartingWith("down/");

    [Theory]
    [MemberData(nameof(Names))]
    public Task Does_what_goim_did(string name) => RunAloneAsync(name);

    [Fact]
    public void Every_case_runs_in_one_of_the_classes() => Assert.Equal(
        Vector.Names.Count(),
        Names.Count
        + GoimServerVectors.Names.Count
        + GoimPushVectors.Names.Count
        + GoimPushsVectors.Names.Count
        + GoimRoomVectors.Names.Count);

    [Fact]
    public void Every_superseded_case_is_one_of_the_vectors() => Assert.Empty(SupersededNames.Except(Vector.Names));
}

/// <summary>Two router nodes without a session.</summary>
public sealed class VectorHost : HostFixture
{
    private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(["1", "2"], []);
}
