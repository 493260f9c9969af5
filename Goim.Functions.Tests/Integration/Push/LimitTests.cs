using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Limits of concurrent pushes and of one request.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("/1/push/all", "m")]
    [InlineData("/1/push/batch", """{"all":true,"m":1}""")]
    public async Task One_push_more_than_may_be_under_way_is_refused_with_429(string url, string body)
    {
        using var broker = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(broker, "--Push:MaxConcurrent=3");
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        broker.SetDown();
        var underWay = Enumerable.Range(0, 3).Select(_ => host.PostAsync("/1/push/all?ack=broker", "m")).ToList();
        await Eventually.UntilAsync(async () => (await host.StatAsync()).GetProperty("pushes").GetInt32() == 4);

        var refused = await host.PostRawAsync(url, Encoding.UTF8.GetBytes(body), "X-Goim-Errors: http");

        Assert.Equal((429, "1"), (refused.Status, refused.Headers["Retry-After"]));
        JsonElement.Parse(refused.Body)
            .IsRefused("3 pushes are under way: expected no more at once (Push__MaxConcurrent), nothing was sent, repeat the call.");
        (await host.PostAsync(url, body)).IsRefused("3 pushes are under way");
        broker.SetUp();
        await Task.WhenAll(underWay);
        Assert.Equal(1, JsonElement.Parse((await host.PostRawAsync(url, Encoding.UTF8.GetBytes(body))).Body).Ret());
    }

    [Fact]
    public async Task Bodies_under_way_are_bounded_in_bytes()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(
            broker,
            "--KafkaMaxRecordBytes=20000000", "--Push:MaxRequestBytes=100000000", "--FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=100000000");
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        broker.SetRoundTrip(TimeSpan.FromSeconds(2));
        var large = host.PostAsync("/1/pushs?ack=broker", $$"""{"m":1,"u":[]}{{new string(' ', 99_000_000)}}""");
        var underWay = Enumerable.Range(0, 8)
            .Select(_ => host.PostAsync("/1/push/all?ack=broker", new byte[5_000_000]))
            .Append(large)
            .ToList();

        var answers = await Task.WhenAll(underWay);

        Assert.Contains(answers, answer => answer.Ret() == 1);
        Assert.All(
            answers.Where(answer => answer.Ret() != 1),
            answer => answer.IsRefused("pushes of ", "134217728 at most at once, nothing was sent, repeat the call."));
    }

    [Fact]
    public async Task A_push_that_makes_too_many_records_is_refused_for_good()
    {
        await using var host = await TestHost.StartAsync("--KafkaQueueMessages=1", "--Push:MaxUsers=5000");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        await host.Nodes["1"].PutAsync(42, 2, 5, 1);
        var answer = await host.PostRawAsync("/1/push?uid=42&ack=broker", "m"u8.ToArray(), "X-Goim-Errors: http");
        Assert.Equal(413, answer.Status);
        JsonElement.Parse(answer.Body)
            .IsRefused("the push makes 2 records: expected 1 at most at once (KafkaQueueMessages), nothing was sent.");

        var puts = Enumerable.Range(1, 100).Select(user => new PutArg { UserId = user, Server = user });
        await host.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        var users = string.Join(',', Enumerable.Range(1, 100));
        foreach (var query in new[] { "", "?ack=broker" })
        {
            (await host.PostAsync("/1/pushs" + query, $$"""{"m":"{{new string('m', 600_000)}}","u":[{{users}}]}"""))
                .IsRefused("the push makes 10", "expected 67108864 at most, fewer users or a smaller message; nothing was sent.");
        }

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Refused_and_failed_pushes_give_their_turn_back()
    {
        await using var host = await TestHost.StartAsync("--Push:MaxConcurrent=1");
        for (var i = 0; i < 5; i++)
        {
            (await host.PostAsync("/1/push?uid=x", "m")).IsRefused("uid is 'x'");
            (await host.PostAsync("/1/pushs", "?")).IsRefused("body is no JSON");
            (await host.PostAsync("/1/push/batch", "")).IsRefused("body is empty");
            (await host.PostAsync("/1/push/all", "m")).IsOk();
        }
    }

    [Fact]
    public async Task A_record_may_be_larger_than_Kafkas_default_where_the_settings_say_so()
    {
        await using var host = await TestHost.StartAsync("--KafkaMaxRecordBytes=3000000");
        var message = new byte[1_500_000];

        (await host.PostAsync("/1/push/all", message)).IsOk();
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", message)).Ret());

        Assert.All(host.Records(), record => Assert.Equal(1_500_000, KafkaRecord.Read(record.Value)!.Msg.Length));
        Assert.Equal(2, host.Records().Count);
        (await host.PostAsync("/1/push/all", new byte[2_300_000]))
            .IsRefused("body has 2300000 bytes");
    }
}
