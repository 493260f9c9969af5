using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

/// <summary>What counts and the deletion of a server refuse, over two nodes with three sessions.</summary>
public sealed class BadCountTests(BadCountTests.OneHost shared) : IClassFixture<BadCountTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("", "type is missing")]
    [InlineData("?type=", "type is ''")]
    [InlineData("?type=user", "type is 'user'")]
    [InlineData("?Type=room", "type is missing")]
    [InlineData("?type=room%20", "type is 'room '")]
    public async Task A_bad_type_is_refused(string query, string expected) =>
        (await host.GetAsync("/1/count" + query)).IsRefused(expected, "expected room, server or total");

    [Theory]
    [InlineData("", "server is missing")]
    [InlineData("?server=", "server is ''")]
    [InlineData("?server=3x", "server is '3x'")]
    [InlineData("?server=2147483648", "server is '2147483648'")]
    public async Task A_bad_server_is_refused_and_deletes_nothing(string query, string expected)
    {
        (await host.PostAsync("/1/server/del" + query, "")).IsRefused(expected);

        (await host.CountNowAsync("allroomcount")).HasData("""{"counter":{"-1":1,"1":2}}""");
        Assert.Empty(host.Events());
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync()
        {
            var host = await TestHost.StartAsync(["1", "2"], []);
            await host.Nodes["1"].PutAsync(2002, 1, 3, 1);
            await host.Nodes["2"].PutAsync(2001, 1, 3, -1);
            await host.Nodes["2"].PutAsync(2003, 1, 5, 1);
            return host;
        }
    }
}
