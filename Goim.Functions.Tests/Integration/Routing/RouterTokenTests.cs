using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Journal;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>An app over router nodes that ask for a token. User 2002 is on node 1, and 2001 on node 2.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class RouterTokenTests(AzuriteFixture fixture) : IAsyncLifetime
{
    private const string Token = "token-of-the-test", Other = "another-token-of-the-test";
    private const string Sentence = "router node 1 does not accept this app's Router__Token: ";
    private TestNode node = null!;

    public async Task InitializeAsync() => node = await TestNode.StartAsync(null, $"--RouterNode:Token={Token}");

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task With_the_token_every_call_is_answered()
    {
        await using var host = await StartAsync(Token);

        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_1","roomId":1}""");
        (await host.PostAsync("/1/push?uid=42&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        (await host.PostAsync("/1/pushs?dry=1", """{"m":1,"u":[42]}""")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        (await host.PostAsync("/1/router/mput", """{"puts":[{"key":"43_7","server":3}]}""")).HasData("""{"keys":["43_7"]}""");
        (await host.GetAsync("/1/router/getall?node=1&limit=1")).HasData(
            """{"users":[{"userId":42,"sessions":[{"seq":1,"server":3}]}],"next":"42"}""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":2}]""");
        (await host.GetAsync("/1/router/ping")).HasData("""{"nodes":[{"node":"1","ok":true}]}""");
        Assert.Equal(1, (await host.PostAsync("/1/heartbeat", """{"server":3}""")).Ret());
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();
        await host.UntilWellAsync();
        Assert.Equal((0, 0), await FailuresAsync(host));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Other)]
    public async Task A_node_that_does_not_accept_the_token_is_named_and_is_not_well(string token)
    {
        await using var host = await StartAsync(token);

        var answer = await host.PostRawAsync("/1/push?uid=42", "m"u8.ToArray(), "X-Goim-Errors: http");

        Assert.Equal(
            (502, $"{Sentence}nothing was sent."),
            (answer.Status, JsonElement.Parse(answer.Body).GetProperty("error").GetString()));
        (await host.PostAsync("/1/pushs", """{"m":1,"u":[42]}""")).IsRefused(Sentence);
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused(Sentence);
        (await host.GetAsync("/1/count?type=room")).IsRefused(Sentence);
        Assert.Equal(65535, (await host.GetAsync("/1/router/ping")).Ret());
        await host.UntilPingAsync("router");
        var stat = (await host.StatAsync()).GetProperty("routers")[0];
        Assert.Equal(("refused", 0), (stat.GetProperty("state").GetString(), stat.GetProperty("retries").GetInt32()));
        Assert.Empty(host.Records());
        Assert.Equal(0, (await node.Client.CountAsync(new NoArg(), Bearer)).Count);
    }

    [Fact]
    public async Task Refusals_are_logged_with_the_text_of_the_node_and_without_the_token()
    {
        using var log = new LogLines();
        await using var host = await TestHost.StartAsync(
            [], [.. Settings(Other), "--Logging:LogLevel:Default=Warning"], configure: log.AddTo);

        (await host.PostAsync("/1/push?uid=42", "m")).IsRefused(Sentence);

        Assert.Equal(1, log.Count(
            "Warning: Router node 1 failed a call: Unauthenticated, The call has no valid token: "
            + "expected authorization: Bearer with a token of RouterNode__Token."));
        Assert.Equal(0, log.Count(Other));
    }

    // The other node is over the same store, and accepts the token.
    [Fact]
    public async Task One_node_that_was_forgotten_in_a_change_of_the_token_is_stood_in_for()
    {
        var store = new SaidHeaders { ["goim-store"] = "redis", ["goim-store-id"] = "00000000000000aa" };
        await using var first = await TestNode.StartAsync(store.AddTo, $"--RouterNode:Token={Other}");
        await using var second = await TestNode.StartAsync(store.AddTo, $"--RouterNode:Token={Token}");
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Token={Token}", $"--Router:Nodes:1={first.Address}", $"--Router:Nodes:2={second.Address}"]);

        (await host.PostAsync("/1/push?uid=2002", "m")).IsOk();
        (await host.PostAsync("/1/push?uid=2001", "m")).IsOk();
    }

    [Fact]
    public async Task A_call_that_every_node_refuses_is_made_at_most_once_at_each()
    {
        var (first, second) = (new CountedRequests(), new CountedRequests());
        await using var firstNode = await TestNode.StartAsync(first.AddTo, $"--RouterNode:Token={Token}");
        await using var secondNode = await TestNode.StartAsync(second.AddTo, $"--RouterNode:Token={Token}");
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Token={Other}", $"--Router:Nodes:1={firstNode.Address}", $"--Router:Nodes:2={secondNode.Address}"]);
        (await host.PostAsync("/1/push?uid=2002", "m")).IsRefused(Sentence);

        var before = (first.Count, second.Count);
        for (var i = 0; i < 20; i++)
        {
            (await host.PostAsync("/1/push?uid=2002", "m")).IsRefused(Sentence);
        }

        Assert.Equal(20, first.Count - before.Item1);
        Assert.InRange(second.Count - before.Item2, 0, 20);
    }

    [AzuriteFact]
    public async Task A_deletion_that_is_refused_is_journalled_and_replayed_when_the_token_is_accepted()
    {
        await using var azurite = fixture.Azurite!.NewAccount();
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3 }, Bearer);
        var storage = $"--AzureWebJobsStorage={azurite.ConnectionString}";

        // It replays nothing: an entry that is being replayed when the host stops stays hidden for a while.
        string[] settings = [.. Settings(Other), storage, "--AzureWebJobs:ReplayJournal:Disabled=true"];
        await using (var refused = await TestHost.StartAsync([], settings))
        {
            (await refused.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"journalled":true}""");
            (await refused.PostAsync("/1/router/delserver", """{"server":5}""")).HasData("""{"journalled":["1"]}""");
        }

        await using var accepted = await TestHost.StartAsync([], [.. Settings(Token), storage]);
        await Eventually.UntilAsync(async () => await JournalQueue.CountAsync(accepted, "replayed") == 2);

        Assert.Equal(0, (await node.Client.CountAsync(new NoArg(), Bearer)).Count);
    }

    private static Metadata Bearer => new() { { "authorization", $"Bearer {Token}" } };

    private static async Task<(int Failures, int Retries)> FailuresAsync(TestHost host)
    {
        var stat = (await host.StatAsync()).GetProperty("routers")[0];
        return (stat.GetProperty("failures").GetInt32(), stat.GetProperty("retries").GetInt32());
    }

    private Task<TestHost> StartAsync(string token) => TestHost.StartAsync([], Settings(token));

    private string[] Settings(string token) => [$"--Router:Nodes:1={node.Address}", $"--Router:Token={token}"];
}
