using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A node that says with its refusal what is wrong with its Redis.</summary>
public sealed class RefusalReasonTests : IAsyncLifetime
{
    private const string Put = """{"token":"42","server":3}""";
    private readonly RefusingStore refusing = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await TestNode.StartAsync(refusing.AddTo);
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "full", 503, null, "the Redis of router node 1 is full: ")]
    [InlineData(StatusCode.FailedPrecondition, "replicas", 503, "1", "the Redis of router node 1 has too few replicas: ")]
    [InlineData(StatusCode.Unavailable, "replicas", 503, "1", "the Redis of router node 1 has too few replicas: ")]
    [InlineData(
        StatusCode.FailedPrecondition, "foreign", 502, null, "the Redis of router node 1 holds foreign data in the node's keys: ")]
    [InlineData(
        StatusCode.FailedPrecondition, "model", 502, null, "router node 1 is of another version than the data in its Redis: ")]
    [InlineData(
        StatusCode.FailedPrecondition, "buckets", 502, null, "router node 1 has another RouterNode__Buckets than the data in its Redis: ")]
    [InlineData(StatusCode.Unavailable, "failover", 503, "1", "the Redis of router node 1 is failing over: ")]
    [InlineData(
        StatusCode.ResourceExhausted, "scans", 429, "1", "router node 1 has too many lists and counts to make at once: ")]
    [InlineData(StatusCode.ResourceExhausted, "other", 429, "1", "router node 1 had too many new sessions in the last minute: ")]
    [InlineData(StatusCode.FailedPrecondition, "other", 502, null, "router node 1 answered an error (FailedPrecondition): ")]
    [InlineData(StatusCode.Unavailable, "other", 503, "1", "router node 1 did not answer: ")]
    public async Task A_reason_is_worded_for_the_caller(
        StatusCode status, string reason, int http, string? retryAfter, string sentence)
    {
        refusing.Refuse(status, reason);

        var answer = await host.PostRawAsync("/1/connect", System.Text.Encoding.UTF8.GetBytes(Put), "X-Goim-Errors: http");

        Assert.Equal($"{sentence}the client is not connected.", JsonElement.Parse(answer.Body).GetProperty("error").GetString());
        Assert.Equal((http, retryAfter), (answer.Status, answer.Headers.GetValueOrDefault("Retry-After")));
        if (reason != "other")
        {
            (await host.PostAsync("/1/push?uid=42", "m")).IsRefused($"{sentence}nothing was sent.");
            (await host.PostAsync("/1/pushs", """{"m":1,"u":[42]}""")).IsRefused($"{sentence}nothing was sent.");
            (await host.GetAsync("/1/count?type=room")).IsRefused(sentence);
        }
    }

    // A put that may have been carried out is deleted by its request id.
    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "full", 0)]
    [InlineData(StatusCode.FailedPrecondition, "replicas", 0)]
    [InlineData(StatusCode.Unavailable, "replicas", 1)]
    [InlineData(StatusCode.Unavailable, "failover", 1)]
    public async Task Only_an_Unavailable_leaves_open_whether_the_put_was_carried_out(StatusCode status, string reason, int deletions)
    {
        refusing.Refuse(status, reason);

        Assert.Equal(65535, (await host.PostAsync("/1/connect", Put)).Ret());

        Assert.Equal(deletions, refusing.Calls.Count(method => method == "MDel"));
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "full")]
    [InlineData(StatusCode.Unavailable, "replicas")]
    [InlineData(StatusCode.FailedPrecondition, "foreign")]
    public async Task A_node_that_refuses_is_up(StatusCode status, string reason)
    {
        refusing.Refuse(status, reason);
        Assert.Equal(65535, (await host.PostAsync("/1/connect", Put)).Ret());
        refusing.Accept();

        (await host.PostAsync("/1/connect", Put)).HasData("""{"key":"42_1","roomId":1}""");
        Assert.Equal("up", (await host.StatAsync()).GetProperty("routers")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Refusals_are_logged_with_the_text_of_the_node()
    {
        using var log = new LogLines();
        await using var logging = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", "--Logging:LogLevel:Default=Warning"], configure: log.AddTo);
        refusing.Refuse(StatusCode.ResourceExhausted, "full");

        await logging.PostAsync("/1/connect", Put);

        Assert.Equal(1, log.Count("Warning: Router node 1 failed a call: ResourceExhausted, The text of the node."));
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "full", false)]
    [InlineData(StatusCode.FailedPrecondition, "replicas", false)]
    [InlineData(StatusCode.Unavailable, "replicas", false)]
    [InlineData(StatusCode.FailedPrecondition, "foreign", false)]
    [InlineData(StatusCode.FailedPrecondition, "model", true)]
    [InlineData(StatusCode.FailedPrecondition, "buckets", true)]
    [InlineData(StatusCode.Unavailable, "failover", true)]
    public async Task Another_address_is_tried_only_if_it_may_carry_out_the_call(StatusCode status, string reason, bool isTried)
    {
        // Both say that they share a store. Node 1 refuses everything.
        var store = new SaidHeaders { ["goim-store"] = "redis", ["goim-store-id"] = "00000000000000aa" };
        var (first, second) = (new RefusingStore(), new RefusingStore());
        await using var firstNode = await TestNode.StartAsync(Both(store, first));
        await using var secondNode = await TestNode.StartAsync(Both(store, second));
        await using var over = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={firstNode.Address}", $"--Router:Nodes:2={secondNode.Address}"]);
        (await over.GetAsync("/1/count?type=room")).HasData("[]");
        first.Refuse(status, reason);
        second.Calls.Clear();

        // Of node 1, by Vectors/ketama.json.
        var answer = await over.PostAsync("/1/push?uid=2002", "m");

        Assert.Equal(isTried ? 1 : 65535, answer.Ret());
        Assert.Equal(isTried ? ["Get"] : [], second.Calls);
    }

    private static Action<Microsoft.AspNetCore.Builder.WebApplicationBuilder> Both(SaidHeaders headers, RefusingStore refusing) =>
        builder =>
        {
            headers.AddTo(builder);
            refusing.AddTo(builder);
        };
}
