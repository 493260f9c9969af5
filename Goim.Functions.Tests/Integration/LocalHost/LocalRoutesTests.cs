using System.Net;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

public sealed class LocalRoutesTests(LocalRoutesTests.OneHost shared) : IClassFixture<LocalRoutesTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task Settings_name_broker_and_router()
    {
        var settings = JsonElement.Parse(await host.Http.GetStringAsync("/local/settings"));

        var kafka = settings.GetProperty("kafka");
        Assert.Equal((TestHost.Brokers, false), (kafka.GetProperty("brokers").GetString(), kafka.GetProperty("embedded").GetBoolean()));
        Assert.Equal($"{kafka.GetProperty("topic").GetString()}-events", kafka.GetProperty("eventsTopic").GetString());
        Assert.Equal($$"""{"nodes":{"1":"{{host.Nodes["1"].Address}}"},"embedded":false}""", settings.GetProperty("router").GetRawText());
    }

    [Fact]
    public async Task Records_from_elsewhere_are_refused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.GetAsync("/local/records?from=5")).StatusCode);

    [Theory]
    [InlineData("/nope")]
    [InlineData("/1")]
    [InlineData("/1/push/all/x")]
    public async Task An_unknown_route_is_an_empty_404(string url)
    {
        using var response = await host.Http.GetAsync(url);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
