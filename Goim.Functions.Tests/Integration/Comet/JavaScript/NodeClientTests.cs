using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>client.js in Node.js.</summary>
public sealed class NodeClientTests(TimedTokensFixture fixture) : JavaScriptClientTests, IClassFixture<TimedTokensFixture>
{
    private protected override TestHost Host { get; } = fixture.ForOneTest();

    private protected override Task<RecordedClient> StartAsync(Uri url, object[] tokens, object? options = null) =>
        Task.FromResult<RecordedClient>(NodeClient.Start(url, tokens, options));
}
