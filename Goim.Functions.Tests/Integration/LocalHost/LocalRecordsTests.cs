using System.Net;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>The stream of the push topic.</summary>
public sealed class LocalRecordsTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Records_stream_from_the_start_and_go_on_with_what_comes()
    {
        await host.PostAsync("/1/push/room?rid=5&ensure=1", "früh");
        using var response = await OpenAsync("start");
        Assert.Equal("application/x-ndjson; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var first = JsonElement.Parse((await lines.ReadLineAsync())!);
        Assert.Equal("00000005", first.GetProperty("keyHex").GetString());
        Assert.Equal("früh", first.GetProperty("message").GetString());
        Assert.Equal("""{"op":"broadcast_room","roomid":5,"msg":"ZnLDvGg=","ensure":true}""", first.GetProperty("value").GetString());
        Assert.Equal(
            first.GetProperty("value").GetString(),
            Encoding.UTF8.GetString(first.GetProperty("valueBase64").GetBytesFromBase64()));
        Assert.Equal(0, first.GetProperty("offset").GetInt64());

        await host.PostAsync("/1/push/all", [0xff]);
        var second = JsonElement.Parse((await lines.ReadLineAsync())!);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("keyHex").ValueKind);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("message").ValueKind);
        Assert.Equal("""{"op":"broadcast","msg":"/w=="}""", second.GetProperty("value").GetString());
    }

    [Fact]
    public async Task Records_from_now_leave_out_what_was_there()
    {
        await host.PostAsync("/1/push/all", "before");
        Assert.Single(host.Records());
        using var response = await OpenAsync("now");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var next = lines.ReadLineAsync();

        // The stream is open before its end offset is known, so what is sent now may still be before it.
        while (!next.IsCompleted)
        {
            await host.PostAsync("/1/push/all", "after");
            await Task.WhenAny((Task)next, host.Http.GetStringAsync("/monitor/ping"));
        }

        Assert.Equal("after", JsonElement.Parse((await next)!).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Records_of_a_broker_that_is_down_are_503()
    {
        using var broker = new Goim.LocalHost.Broker.EmbeddedBroker();
        broker.SetDown();
        await using var down = await TestHost.StartAsync(["1"], [], broker.Brokers);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await down.Http.GetAsync("/local/records")).StatusCode);
    }

    [Fact]
    public async Task The_seventeenth_reader_is_429_until_one_leaves()
    {
        using var reader = await OpenAsync("start");
        var others = new List<HttpResponseMessage>();
        for (var i = 1; i < 16; i++)
        {
            others.Add(await OpenAsync("now"));
        }

        using var refused = await host.Http.GetAsync("/local/records");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(
            """{"ret":65535,"error":"/local/records has 16 readers already: expected one to leave."}""",
            await refused.Content.ReadAsStringAsync());

        (await host.PostAsync("/1/push/all", "m")).IsOk();
        using var lines = new StreamReader(await reader.Content.ReadAsStreamAsync());
        Assert.Equal("m", JsonElement.Parse((await lines.ReadLineAsync())!).GetProperty("message").GetString());

        // Leaving is noticed though the topic is idle.
        others.ForEach(other => other.Dispose());
        await Eventually.UntilAsync(async () =>
        {
            using var next = await host.Http.GetAsync("/local/records", HttpCompletionOption.ResponseHeadersRead);
            return next.StatusCode == HttpStatusCode.OK;
        });
    }

    // The route waits 2 s for the broker, which may not be enough on a busy machine.
    private async Task<HttpResponseMessage> OpenAsync(string from)
    {
        HttpResponseMessage response = null!;
        await Eventually.UntilAsync(async () =>
        {
            response = await host.Http.GetAsync($"/local/records?from={from}", HttpCompletionOption.ResponseHeadersRead);
            return response.StatusCode != HttpStatusCode.ServiceUnavailable;
        });
        return response;
    }
}
