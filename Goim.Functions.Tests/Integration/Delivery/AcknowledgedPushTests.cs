using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Delivery;

/// <summary>Pushes that are answered when a broker has acknowledged them. User 42 has sessions on servers 3 and 5.</summary>
public sealed class AcknowledgedPushTests(AcknowledgedPushTests.OneHost shared) : IClassFixture<AcknowledgedPushTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData(
        "/1/push?uid=42&ack=broker",
        "hello",
        """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"aGVsbG8="}""",
        """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"aGVsbG8="}""")]
    [InlineData(
        "/1/pushs?ack=broker",
        """{"m":1,"u":[42,43]}""",
        """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"MQ=="}""",
        """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"MQ=="}""")]
    [InlineData(
        "/1/push/room?rid=7&ensure=1&ack=broker",
        "hello",
        """{"op":"broadcast_room","roomid":7,"msg":"aGVsbG8=","ensure":true}""",
        null)]
    [InlineData("/1/push/all?ack=broker", "hello", """{"op":"broadcast","msg":"aGVsbG8="}""", null)]
    [InlineData("/1/push/all?ack=broker", "", """{"op":"broadcast","msg":""}""", null)]
    public async Task Each_record_is_on_the_topic_where_the_answer_says_and_nowhere_else(
        string url, string body, string first, string? second)
    {
        var answer = await host.PostAsync(url, body);

        Assert.Equal(1, answer.Ret());
        var acknowledgements = answer.GetProperty("data").GetProperty("acks").EnumerateArray().ToArray();
        string[] expected = second is null ? [first] : [first, second];
        var records = host.Records();
        var acknowledged = acknowledgements.Select(acknowledgement => Assert.Single(records, record => IsAt(record, acknowledgement)));
        Assert.Equal(expected, acknowledged.Select(record => record.Text).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Length, records.Count);
        Assert.All(records, record => Assert.Equal(url.Contains("room", StringComparison.Ordinal) ? "00000007" : null, record.KeyHex));
    }

    [Fact]
    public async Task A_push_to_nobody_is_acknowledged_without_a_record()
    {
        (await host.PostAsync("/1/push?uid=99&ack=broker", "m")).HasData("""{"acks":[]}""");

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_room_keeps_its_partition_on_both_paths()
    {
        for (var room = 0; room < 40; room++)
        {
            (await host.PostAsync($"/1/push/room?rid={room}", "m")).IsOk();
            Assert.Equal(1, (await host.PostAsync($"/1/push/room?rid={room}&ack=broker", "m")).Ret());
        }

        var rooms = host.Records().GroupBy(record => record.KeyHex).ToList();
        Assert.Equal(40, rooms.Count);
        Assert.All(rooms, room => Assert.Equal(2, room.Count()));
        Assert.All(rooms, room => Assert.Single(room.Select(record => record.Partition).Distinct()));
        Assert.InRange(rooms.Select(room => room.First().Partition).Distinct().Count(), 2, 8);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&ack=broker")]
    public async Task The_app_setting_answers_for_a_request_that_does_not_say(string ack)
    {
        await using var acknowledging = await TestHost.StartAsync("--Push:Ack=broker");

        Assert.True((await acknowledging.PostAsync("/1/push/all?x=1" + ack, "m")).GetProperty("data").TryGetProperty("acks", out _));
        (await acknowledging.PostAsync("/1/push/all?ack=queue", "m")).IsOk();
        Assert.Equal(2, acknowledging.Records().Count);
    }

    [Theory]
    [InlineData("ack=", "ack is ''")]
    [InlineData("ack=Broker", "ack is 'Broker'")]
    [InlineData("ack=all", "ack is 'all'")]
    [InlineData("detail=yes", "detail is 'yes': expected true or false.")]
    [InlineData("dry=2", "dry is '2': expected true or false.")]
    public async Task What_is_asked_beyond_the_push_is_checked_before_anything_is_sent(string query, string expected)
    {
        (string, string)[] pushes =
        [
            ("/1/push?uid=42&", "m"),
            ("/1/pushs?", """{"m":1,"u":[42]}"""),
            ("/1/push/room?rid=1&", "m"),
            ("/1/push/all?", "m"),
            ("/1/push/batch?", """{"all":true,"m":1}"""),
        ];
        foreach (var (url, body) in pushes)
        {
            (await host.PostAsync(url + query, body)).IsRefused(expected);
        }

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Acknowledged_records_are_counted()
    {
        (await host.Http.DeleteAsync("/monitor/stat")).EnsureSuccessStatusCode();
        await host.PostAsync("/1/push?uid=42&ack=broker", "m");
        await host.PostAsync("/1/push/all", "m");

        var data = await host.StatAsync();
        Assert.Equal(2, data.GetProperty("pushes").GetInt32());
        Assert.Equal("""{"queued":1,"acknowledged":2,"failed":0}""", data.GetProperty("records").GetRawText());
    }

    // Vectors/partition.json: the partition that goim's partitioner (sarama's hash partitioner) chooses for a room, by number of
    // partitions.
    [Fact]
    public async Task The_partitioner_of_sarama_puts_rooms_where_goim_does()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Vectors", "partition.json");
        using var vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        await using var goims = await TestHost.StartAsync("--KafkaPartitioner=fnv1a_random");
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var answer = await goims.PostAsync($"/1/push/room?rid={vector.GetProperty("rid").GetInt32()}&ack=broker", "m");

            Assert.Equal(
                vector.GetProperty("partition").GetProperty($"{EmbeddedBroker.Partitions}").GetInt32(),
                answer.GetProperty("data").GetProperty("acks")[0].GetProperty("partition").GetInt32());
        }

        Assert.InRange(vectors.RootElement.GetArrayLength(), 10, 1_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("snappy")]
    public async Task Compressed_records_are_the_same(string compression)
    {
        await using var compressing = await TestHost.StartAsync($"--KafkaCompression={compression}");
        Assert.Equal(1, (await compressing.PostAsync("/1/push/all?ack=broker", new string('a', 3_000))).Ret());

        Assert.Equal(3_000, Goim.Protocol.KafkaRecord.Read(Assert.Single(compressing.Records()).Value)!.Msg.Length);
    }

    private static bool IsAt(ReadRecord record, JsonElement acknowledgement) =>
        record.Partition == acknowledgement.GetProperty("partition").GetInt32()
        && record.Offset == acknowledgement.GetProperty("offset").GetInt64();

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync()
        {
            var host = await TestHost.StartAsync();
            await host.Nodes["1"].PutAsync(42, 1, 3, 1);
            await host.Nodes["1"].PutAsync(42, 2, 5, 1);
            return host;
        }
    }
}
