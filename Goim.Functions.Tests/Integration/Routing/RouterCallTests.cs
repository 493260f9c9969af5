using System.Diagnostics;
using System.Diagnostics.Metrics;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Telemetry;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>How calls to a node are made: which are repeated, and when they end.</summary>
public sealed class RouterCallTests : IAsyncLifetime
{
    private readonly Fault fault = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await Fault.StartNodeAsync(fault);
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("/1/push?uid=42", "m", "Get")]
    [InlineData("/1/pushs", """{"m":1,"u":[42]}""", "MGet")]
    [InlineData("/1/disconnect", """{"key":"42_1"}""", "Del")]
    [InlineData("/1/server/del?server=3", "", "DelServer")]
    [InlineData("/1/router/mput", """{"puts":[{"key":"42_1","server":3}]}""", "MPut")]
    public async Task A_call_that_may_be_repeated_is(string url, string body, string method)
    {
        fault.FailNext(2);

        Assert.Equal(1, (await host.PostAsync(url, body)).Ret());
        Assert.Equal([method, method, method], fault.Calls);
        Assert.Equal(2, (await host.StatAsync()).GetProperty("routers")[0].GetProperty("retries").GetInt32());
    }

    [Theory]
    [InlineData("room", "AllRoomCount")]
    [InlineData("server", "AllServerCount")]
    public async Task A_count_is_repeated(string type, string method)
    {
        fault.FailNext(2);

        (await host.GetAsync($"/1/count?type={type}")).HasData("[]");
        Assert.Equal([method, method, method], fault.Calls);
    }

    [Theory]
    [InlineData("/1/connect", """{"token":"42","server":3}""", """{"key":"42_1","roomId":1}""", "Put")]
    [InlineData("/1/connects", """{"server":3,"tokens":["42"]}""", """{"clients":[{"key":"42_1","roomId":1}]}""", "MPut")]
    [InlineData("/1/router/put", """{"userId":42,"server":3}""", """{"seq":1,"key":"42_1"}""", "Put")]
    [InlineData("/1/router/mput", """{"puts":[{"userId":42,"server":3}]}""", """{"keys":["42_1"]}""", "MPut")]
    public async Task A_put_whose_answer_is_lost_is_repeated_and_makes_one_session(string url, string body, string data, string method)
    {
        fault.LoseNext(2);

        (await host.PostAsync(url, body)).HasData(data);
        Assert.Equal([method, method, method], fault.Calls);
        Assert.Equal([1], (await node.Client.GetAsync(new GetArg { UserId = 42 })).Seqs);
    }

    [Fact]
    public async Task A_node_that_goes_on_failing_is_not_asked_for_ever()
    {
        fault.FailNext(int.MaxValue);

        (await host.PostAsync("/1/push?uid=42", "m")).IsRefused("router node 1 did not answer", "nothing was sent");
        Assert.Equal(3, fault.Calls.Count);
    }

    [Fact]
    public async Task Retries_are_throttled_while_a_node_fails_everything()
    {
        fault.FailNext(int.MaxValue);
        for (var i = 0; i < 50; i++)
        {
            (await host.PostAsync("/1/push?uid=42", "m")).IsRefused("router node 1");
        }

        Assert.InRange(fault.Calls.Count, 50, 80);
    }

    [Fact]
    public async Task A_caller_who_leaves_cancels_the_call_made_for_him()
    {
        fault.Hold();
        using var leaving = new CancellationTokenSource();
        var push = host.Http.PostAsync("/1/push?uid=42", new StringContent("m"), leaving.Token);
        await Eventually.UntilAsync(() => !fault.Calls.IsEmpty);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push);
        Assert.True(await fault.Cancelled.Task.WaitAsync(Eventually.Limit), "the call ended at its deadline only");
        Assert.Equal(0, (await host.StatAsync()).GetProperty("routers")[0].GetProperty("failures").GetInt32());
    }

    [Fact]
    public async Task Calls_and_pushes_are_measured_and_traced()
    {
        var spans = new List<Activity>();
        using var tracing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GoimTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(tracing);
        var measured = new List<string>();
        using var metrics = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == GoimTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            lock (measured)
            {
                measured.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}");
            }
        });
        metrics.Start();
        await using var named = await TestHost.StartAsync(["traced"], []);

        (await named.PostAsync("/1/push?uid=42", "m")).IsOk();

        await Eventually.UntilAsync(() =>
        {
            lock (spans)
            {
                return spans.Find(span => span.GetTagItem("server.address") as string == "traced") is { } made
                    && spans.Exists(span => span.SpanId == made.ParentSpanId);
            }
        });
        lock (spans)
        {
            var call = Assert.Single(spans, span => span.GetTagItem("server.address") as string == "traced");
            Assert.Equal(
                ("goim.router.RouterRPC/Get", ActivityKind.Client, "OK"),
                (call.DisplayName, call.Kind, call.GetTagItem("rpc.response.status_code")));
            var push = Assert.Single(spans, span => span.SpanId == call.ParentSpanId);
            Assert.Equal("kafka", push.GetTagItem("messaging.system"));
            Assert.Equal("send", push.GetTagItem("messaging.operation.type"));
            Assert.Equal(0, push.GetTagItem("messaging.batch.message_count"));
        }

        lock (measured)
        {
            Assert.Contains("rpc.client.call.duration grpc goim.router.RouterRPC/Get traced OK", measured);
        }
    }
}
