using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>A host with a comet, whose tokens may expire.</summary>
public sealed class TimedTokensFixture : HostFixture
{
    private protected override async Task<TestHost?> StartAsync() => NodeClient.Missing is not null ? null : await CometHost.StartAsync(
        ["1"], static builder => builder.Services.AddSingleton<ITokenAuthenticator, TimedTokens>());
}
