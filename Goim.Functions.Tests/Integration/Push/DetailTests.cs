using Goim.Functions.Tests.Hosting;


namespace Goim.Functions.Tests.Integration.Push;

/// <summary>
/// What <c>detail</c> and <c>dry</c> tell. User 42 has sessions on servers 3 and 5, user 43 two on server 3; rooms 1 and 2.
/// </summary>
public sealed class DetailTests(DetailTests.OneHost shared) : IClassFixture<DetailTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("/1/push?uid=42", "m", """{"sessions":2,"servers":2,"records":2,"offline":[]}""", 2)]
    [InlineData("/1/push?uid=44", "m", """{"sessions":0,"servers":0,"records":0,"offline":[44]}""", 0)]
    [InlineData("/1/pushs?", """{"m":1,"u":[42,-1,43,44,-1]}""", """{"sessions":4,"servers":2,"records":2,"offline":[-1,44]}""", 2)]
    [InlineData("/1/pushs?", """{"m":1,"u":[]}""", """{"sessions":0,"servers":0,"records":0,"offline":[]}""", 0)]
    [InlineData("/1/push/room?rid=1", "m", """{"sessions":3,"servers":null,"records":1}""", 1)]
    [InlineData("/1/push/room?rid=9", "m", """{"sessions":0,"servers":null,"records":1}""", 1)]
    [InlineData("/1/push/all?", "m", """{"sessions":4,"servers":2,"records":1}""", 1)]
    public async Task Detail_tells_whom_a_push_reaches_on_either_path_and_dry_sends_nothing(
        string url, string body, string expected, int records)
    {
        (await host.PostAsync($"{url}&dry=1", body)).HasData(expected);
        (await host.PostAsync($"{url}&dry=true&ack=broker", body)).HasData(expected);
        Assert.Empty(host.Records());

        (await host.PostAsync($"{url}&detail=1", body)).HasData(expected);
        Assert.Equal(records, host.Records().Count);

        var acknowledged = await host.PostAsync($"{url}&detail=t&ack=broker", body);
        Assert.Equal(records, acknowledged.GetProperty("data").GetProperty("acks").GetArrayLength());
        Assert.EndsWith(expected[1..], acknowledged.GetProperty("data").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(records * 2, host.Records().Count);
    }

    [Fact]
    public async Task A_broadcast_goes_out_though_the_nodes_cannot_tell_whom_it_reaches()
    {
        await using var down = await OneHost.StartHostAsync();
        await down.Nodes["2"].DisposeAsync();

        (await down.PostAsync("/1/push/all?detail=1", "m")).HasData("""{"sessions":null,"servers":null,"records":1}""");
        (await down.PostAsync("/1/push/room?rid=1&detail=1", "m")).HasData("""{"sessions":null,"servers":null,"records":1}""");
        Assert.Equal(2, down.Records().Count);
    }

    [Fact]
    public async Task Detail_that_is_false_leaves_goims_bare_answer() => (await host.PostAsync("/1/push/all?detail=0&dry=F", "m")).IsOk();

    public sealed class OneHost : HostFixture
    {
        internal static async Task<TestHost> StartHostAsync()
        {
            var host = await TestHost.StartAsync(["1", "2"], []);
            foreach (var (user, server, room) in new[] { (42, 3, 1), (42, 5, 1), (43, 3, 2), (43, 3, 1) })
            {
                await host.PostAsync("/1/router/put", $$"""{"userId":{{user}},"server":{{server}},"roomId":{{room}}}""");
            }

            return host;
        }

        private protected override async Task<TestHost?> StartAsync() => await StartHostAsync();
    }
}
