using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>One host with a comet for the tests of the collection. Each test has users of its own.</summary>
public sealed class CometFixture : HostFixture
{
    private protected override async Task<TestHost?> StartAsync() => await CometHost.StartAsync();
}

/// <summary>Tests that share a comet run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedComet : ICollectionFixture<CometFixture>
{
    public const string Name = "Comet";
}
