using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Comet__AllowedOrigins.</summary>
public sealed class OriginTests
{
    [Fact]
    public async Task Pages_of_the_allowed_origins_may_connect_and_others_not()
    {
        await using var host = await CometHost.StartAsync("--Comet:AllowedOrigins=https://chat.example,http://chat.example:8000");

        Assert.Equal(101, await StatusAsync(host, "Origin: https://chat.example"));
        Assert.Equal(101, await StatusAsync(host, "Origin: http://chat.example:8000"));
        Assert.Equal(101, await StatusAsync(host));
        Assert.Equal(403, await StatusAsync(host, "Origin: http://chat.example"));
        Assert.Equal(403, await StatusAsync(host, "Origin: https://chat.example:8000"));
        Assert.Equal(403, await StatusAsync(host, "Origin: https://other.example"));
    }

    [Fact]
    public async Task A_star_allows_pages_of_all_origins()
    {
        await using var host = await CometHost.StartAsync("--Comet:AllowedOrigins=*");

        Assert.Equal(101, await StatusAsync(host, "Origin: https://anything.example"));
        Assert.Equal(101, await StatusAsync(host, "Origin: null"));
    }

    private static async Task<int> StatusAsync(TestHost host, params string[] headers) =>
        (await CometWebSocket.RequestAsync(host.Comet("ws"), headers)).Status;
}
