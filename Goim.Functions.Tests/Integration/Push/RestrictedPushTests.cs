using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Pushes with <c>except</c> and <c>ttl</c>, which goim does not have.</summary>
public sealed class RestrictedPushTests(RestrictedPushHost shared) : IClassFixture<RestrictedPushHost>
{
    private const string Server3 = """{"op":"multiple","server":3,"subkeys":[""", Server5 = """{"op":"multiple","server":5,"subkeys":[""";
    private const string Expires = ",\"expires\":1790000060000}";
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("/1/push?uid=42&except=42_1", "m", Server3 + "\"42_3\"],\"msg\":\"bQ==\"}", Server5 + "\"42_2\"],\"msg\":\"bQ==\"}")]
    [InlineData("/1/push?uid=42&except=42_3,42_1,42_3", "m", Server5 + "\"42_2\"],\"msg\":\"bQ==\"}")]
    [InlineData("/1/push?uid=42&except=42_1,42_2,42_3", "m")]
    [InlineData("/1/push?uid=43&except=42_1,43_2,-43_1", "m", Server3 + "\"43_1\"],\"msg\":\"bQ==\"}")]
    [InlineData("/1/push?uid=42&except=%2B42_001%2C42_2,42_9", "m", Server3 + "\"42_3\"],\"msg\":\"bQ==\"}")]
    [InlineData("/1/pushs?except=42_2,43_1", """{"m":1,"u":[44,43,42]}""", Server3 + "\"42_1\",\"42_3\"],\"msg\":\"MQ==\"}")]
    [InlineData("/1/pushs?except=42_2,43_1", """{"m":1,"u":[43]}""")]
    [InlineData(
        "/1/push/room?rid=1&ensure=1&except=42_7,-7_2,42_1,42_7",
        "m",
        """00000001 {"op":"broadcast_room","roomid":1,"msg":"bQ==","ensure":true,"except":["-7_2","42_1","42_7"]}""")]
    [InlineData("/1/push/all?except=42_1", "m", """{"op":"broadcast","msg":"bQ==","except":["42_1"]}""")]
    public async Task The_connections_in_except_are_left_out(string url, string body, params string[] records) =>
        await SendsAsync(url, body, records);

    [Theory]
    [InlineData("/1/push?uid=43&ttl=60", "m", Server3 + "\"43_1\"],\"msg\":\"bQ==\"" + Expires)]
    [InlineData(
        "/1/push?uid=42&ttl=60",
        "m",
        Server3 + "\"42_1\",\"42_3\"],\"msg\":\"bQ==\"" + Expires,
        Server5 + "\"42_2\"],\"msg\":\"bQ==\"" + Expires)]
    [InlineData("/1/push/key?key=42_3&ttl=60", "m", Server3 + "\"42_3\"],\"msg\":\"bQ==\"" + Expires)]
    [InlineData("/1/pushs?ttl=60", """{"m":1,"u":[43]}""", Server3 + "\"43_1\"],\"msg\":\"MQ==\"" + Expires)]
    [InlineData("/1/push/room?rid=1&ttl=60", "m", """00000001 {"op":"broadcast_room","roomid":1,"msg":"bQ==" """ + Expires)]
    [InlineData(
        "/1/push/room?rid=1&ensure=1&ttl=60", "m", """00000001 {"op":"broadcast_room","roomid":1,"msg":"bQ==","ensure":true """ + Expires)]
    [InlineData("/1/push/rooms?ttl=60", """{"m":1,"r":[7]}""", """00000007 {"op":"broadcast_room","roomid":7,"msg":"MQ==" """ + Expires)]
    [InlineData("/1/push/all?ttl=60", "m", """{"op":"broadcast","msg":"bQ==" """ + Expires)]
    [InlineData("/1/push/all?ttl=1", "m", """{"op":"broadcast","msg":"bQ==","expires":1790000001000}""")]
    [InlineData("/1/push/all?ttl=%2B604800", "m", """{"op":"broadcast","msg":"bQ==","expires":1790604800000}""")]
    [InlineData("/1/push/all?except=43_1&ttl=60", "m", """{"op":"broadcast","msg":"bQ==","except":["43_1"] """ + Expires)]
    [InlineData("/1/push?uid=42&except=42_2,42_3&ttl=60", "m", Server3 + "\"42_1\"],\"msg\":\"bQ==\"" + Expires)]
    public async Task A_push_with_a_time_to_live_expires_by_the_apps_clock(string url, string body, params string[] records) =>
        await SendsAsync(url, body, [.. records.Select(record => record.Replace(" ,", ",", StringComparison.Ordinal))]);

    [Theory]
    [InlineData("/1/push?uid=42&except=42_1", "m", """{"sessions":2,"servers":2,"records":2,"offline":[]}""")]
    [InlineData("/1/push?uid=42&except=42_1,42_2,42_3", "m", """{"sessions":0,"servers":0,"records":0,"offline":[]}""")]
    [InlineData("/1/push?uid=44&except=44_1", "m", """{"sessions":0,"servers":0,"records":0,"offline":[44]}""")]
    [InlineData(
        "/1/pushs?except=42_2,43_1&ttl=9",
        """{"m":1,"u":[44,43,42]}""",
        """{"sessions":2,"servers":1,"records":1,"offline":[44]}""")]
    [InlineData("/1/push/room?rid=1&except=42_1", "m", """{"sessions":3,"servers":null,"records":1}""")]
    [InlineData("/1/push/all?except=42_1&ttl=1", "m", """{"sessions":4,"servers":2,"records":1}""")]
    public async Task A_dry_run_tells_who_is_left_and_sends_nothing(string url, string body, string expected)
    {
        (await host.PostAsync($"{url}&dry=1", body)).HasData(expected);

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("/1/push?uid=42", "m", 1_000)]
    [InlineData("/1/pushs?x", """{"m":1,"u":[42]}""", 1_000)]
    [InlineData("/1/push/room?rid=1", "m", 100)]
    [InlineData("/1/push/rooms?x", """{"m":1,"r":[1]}""", 100)]
    [InlineData("/1/push/all?x", "m", 100)]
    public async Task As_many_sub_keys_are_taken_as_the_docs_say(string url, string body, int most)
    {
        // Short ones: a URL has 8 KB at most.
        var keys = string.Join(',', Enumerable.Repeat("42_2", most));
        Assert.Equal(1, (await host.PostAsync($"{url}&except={keys}", body)).Ret());
        host.LeaveOutWhatIsThere();

        (await host.PostAsync($"{url}&except={keys},42_1", body))
            .IsRefused($"except holds more than {most} sub keys: expected {most} at most.");
        Assert.Empty(host.Records());
    }

    // Other malformed pairs are ignored, as goim does. These would reach those that must not be reached.
    [Theory]
    [InlineData("/1/push?uid=42&except=42_1;42_2", "m", "malformed in 'except=42_1;42_2': expected its value with % and ; escaped.")]
    [InlineData("/1/push/all?except=42%zz", "m", "except is malformed in 'except=42%zz'")]
    [InlineData("/1/push/all?ttl=6%zz", "m", "ttl is malformed in 'ttl=6%zz'")]
    [InlineData("/1/push/all?except=42_1&except=42_2", "m", "except comes twice: expected it once.")]
    [InlineData("/1/push/all?ttl;x=1", "m", "ttl is malformed in 'ttl;x=1'")]
    [InlineData("/1/pushs", """{"m":1,"u":[42],"except":["42_1"]}""", "except is in the body: expected it in the query.")]
    [InlineData("/1/pushs", """{"m":1,"u":[42],"ttl":60}""", "ttl is in the body: expected it in the query.")]
    [InlineData("/1/push/rooms?ensure=1", """{"m":1,"r":[1]}""", "ensure is in the query: expected it in the body of a push to rooms.")]
    public async Task What_would_be_overlooked_is_refused(string url, string body, string expected)
    {
        var answer = await host.PostRawAsync(url, System.Text.Encoding.UTF8.GetBytes(body));

        Assert.StartsWith("""{"ret":65535,"error":""", answer.Body, StringComparison.Ordinal);
        Assert.Contains(expected, answer.Body, StringComparison.Ordinal);
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("except=", "except[0] is '': expected a sub key, user id and seq with _ between, such as 42_1.")]
    [InlineData("except=42_1,", "except[1] is '': expected a sub key")]
    [InlineData("except=42_1,,42_2", "except[1] is '': expected a sub key")]
    [InlineData("except=42", "except[0] is '42': expected a sub key")]
    [InlineData("except=42_1,%2042_2", "except[1] is ' 42_2': expected a sub key")]
    [InlineData("except=42_1;except=42", "except[0] is '42': expected a sub key")]
    [InlineData("except=42_x", "except[0] is '42_x': expected a sub key")]
    [InlineData("except=42_2147483648", "except[0] is '42_2147483648': expected a sub key")]
    [InlineData("except=9223372036854775808_1", "except[0] is '9223372036854775808_1': expected a sub key")]
    [InlineData("ttl=", "ttl is '': expected a whole number of seconds from 1 to 604800.")]
    [InlineData("ttl=0", "ttl is '0': expected a whole number")]
    [InlineData("ttl=-1", "ttl is '-1': expected a whole number")]
    [InlineData("ttl=1.5", "ttl is '1.5': expected a whole number")]
    [InlineData("ttl=1e2", "ttl is '1e2': expected a whole number")]
    [InlineData("ttl=604801", "ttl is '604801': expected a whole number")]
    [InlineData("ttl=9223372036854775807", "ttl is '9223372036854775807': expected a whole number")]
    [InlineData("ttl=1m", "ttl is '1m': expected a whole number")]
    public async Task What_is_not_valid_is_refused_by_name_and_value_and_nothing_is_sent(string query, string expected)
    {
        query = query.Replace(';', '&').Replace("except=42_1&except=42", "%65xcept=42", StringComparison.Ordinal);
        foreach (var (url, body) in new[]
        {
            ("/1/push?uid=42", "m"), ("/1/pushs?x", """{"m":1,"u":[42]}"""), ("/1/push/room?rid=1", "m"),
            ("/1/push/rooms?x", """{"m":1,"r":[1]}"""), ("/1/push/all?x", "m"),
        })
        {
            (await host.PostAsync($"{url}&{query}", body)).IsRefused(expected);
        }

        Assert.Empty(host.Records());
    }

    // 50,000 bytes less 26 of record overhead, 27 of {"op":"broadcast","msg":""} and the tail leave the rest for base64.
    [Theory]
    [InlineData("ttl=60", 37_440)]
    [InlineData("except=42_1,42_2,42_3", 37_434)]
    public async Task The_largest_message_leaves_room_for_what_follows_it(string query, int bytes)
    {
        (await host.PostAsync($"/1/push/all?{query}", new byte[bytes])).IsOk();
        Assert.InRange(Assert.Single(host.Records()).Value.Length, 50_000 - 26 - 3, 50_000 - 26);
        host.LeaveOutWhatIsThere();

        (await host.PostAsync($"/1/push/all?{query}", new byte[bytes + 1])).IsRefused(
            $"body holds a message of {bytes + 1} bytes: expected one that fits a Kafka record of 50000 bytes in base64, "
            + $"about {bytes} bytes beside except and ttl.");
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Records_that_expire_are_split_before_they_are_too_large()
    {
        await using var small = await TestHost.StartAsync("--KafkaMaxRecordBytes=2000");
        var puts = Enumerable.Range(1_000, 1_000).Select(user => new PutArg { UserId = user, Server = 3 });
        await small.Nodes["1"].Client.MPutAsync(new MPutArg { Puts = { puts } });
        var users = string.Join(',', Enumerable.Range(1_000, 1_000));

        (await small.PostAsync("/1/pushs?ttl=604800&except=1500_1", $$"""{"m":"hello","u":[{{users}}]}""")).IsOk();

        Assert.All(small.Records(), record => Assert.InRange(record.Value.Length, 1, 2_000 - 26));
        var records = small.Records().Select(record => KafkaRecord.Read(record.Value)!).ToList();
        Assert.All(records, record => Assert.NotNull(record.Expires));
        Assert.Equal(
            Enumerable.Range(1_000, 1_000).Where(user => user != 1_500).Select(user => (long)user),
            records.SelectMany(record => record.SubKeys).Select(key => key.UserId).Order());
        Assert.InRange(records.Count, 5, 6);
    }

    // On both paths, with the same records.
    private async Task SendsAsync(string url, string body, string[] records)
    {
        foreach (var ack in new[] { "queue", "broker" })
        {
            Assert.Equal(1, (await host.PostAsync($"{url}&ack={ack}", body)).Ret());
            Assert.Equal(records, host.Lines());
            host.LeaveOutWhatIsThere();
        }
    }
}
