using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Kicks;

/// <summary>User 2001 (of node 2, by Vectors/ketama.json) has sessions 1 and 3 on server 3 and session 2 on server 5.</summary>
public sealed class KickTests(KickTests.OneHost shared) : IClassFixture<KickTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task A_user_is_kicked_on_each_server()
    {
        (await host.PostAsync("/1/kick?uid=2001&reason=go+away%21", "")).HasData("""{"sessions":3}""");

        AssertRecords(
            """{"op":"kick","server":3,"subkeys":["2001_1","2001_3"],"msg":"Z28gYXdheSE="}""",
            """{"op":"kick","server":5,"subkeys":["2001_2"],"msg":"Z28gYXdheSE="}""");
    }

    [Theory]
    [InlineData("?key=2001_2", "")]
    [InlineData("?key=2001_2&reason=", "")]
    [InlineData("?key=+2001_02&reason=a", "YQ==")]
    [InlineData("?key=2001_2&reason=%C3%A4%2B", "w6Qr")]
    public async Task A_key_is_one_connection(string query, string message)
    {
        (await host.PostAsync("/1/kick" + query.Replace("=+", "=%2B", StringComparison.Ordinal), "")).HasData("""{"sessions":1}""");

        AssertRecords($$"""{"op":"kick","server":5,"subkeys":["2001_2"],"msg":"{{message}}"}""");
    }

    [Theory]
    [InlineData("3", """{"op":"kick","server":3,"msg":"YnllLWJ5ZQ=="}""")]
    [InlineData("0", """{"op":"kick","msg":"YnllLWJ5ZQ=="}""")]
    [InlineData("99", """{"op":"kick","server":99,"msg":"YnllLWJ5ZQ=="}""")]
    public async Task A_server_is_one_record_without_sub_keys(string server, string record)
    {
        (await host.PostAsync($"/1/kick?server={server}&reason=bye-bye", "")).IsOk();

        AssertRecords(record);
    }

    [Theory]
    [InlineData("uid=2002")]
    [InlineData("key=2001_4")]
    [InlineData("key=2002_1")]
    public async Task Nobody_is_there_and_nothing_is_sent(string target)
    {
        (await host.PostAsync($"/1/kick?{target}", "")).HasData("""{"sessions":0}""");

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("", "uid, key and server are missing: expected one of uid, key and server.")]
    [InlineData("?UID=1", "uid, key and server are missing: expected one of uid, key and server.")]
    [InlineData("?uid=1&key=1_1", "uid and key are given: expected one of uid, key and server.")]
    [InlineData("?server=&uid=1", "uid and server are given: expected one of uid, key and server.")]
    [InlineData("?server=3&uid=1&key=1_1", "uid and key and server are given: expected one of uid, key and server.")]
    [InlineData("?uid=", "uid is '': expected a whole number")]
    [InlineData("?uid=x", "uid is 'x': expected a whole number")]
    [InlineData("?server=2147483648", "server is '2147483648': expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("?key=2001", "key is '2001': expected a sub key, user id and seq with _ between, such as 42_1.")]
    [InlineData("?key=", "key is '': expected a sub key")]
    [InlineData("?uid=2001&uid=2002", "uid comes twice: expected it once.")]
    [InlineData("?uid=2001&key;x=1", "key is malformed in 'key;x=1'")]
    [InlineData("?uid=2001&reason=a&reason=b", "reason comes twice: expected it once.")]
    [InlineData("?uid=2001&dry=1", "dry comes with a kick: expected it with a push only")]
    [InlineData("?uid=2001&ack=queue", "ack comes with a kick: expected it with a push only")]
    [InlineData("?uid=2001&except=2001_1", "except comes with a kick: expected it with a push only")]
    [InlineData("?uid=2001&reason=%ff", "reason is no text in UTF-8: expected one, escaped.")]
    [InlineData("?uid=2001&reason=%ed%a0%80", "reason is no text in UTF-8: expected one, escaped.")]
    public async Task Bad_input_is_refused_and_kicks_nobody(string query, string sentence)
    {
        (await host.PostAsync("/1/kick" + query, "")).IsRefused(sentence);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_reason_has_at_most_200_bytes()
    {
        (await host.PostAsync($"/1/kick?key=2001_2&reason={new string('r', 201)}", ""))
            .IsRefused("reason has 201 bytes: expected 200 at most.");
        (await host.PostAsync($"/1/kick?key=2001_2&reason={string.Concat(Enumerable.Repeat("%C3%A4", 101))}", ""))
            .IsRefused("reason has 202 bytes: expected 200 at most.");
        (await host.PostAsync($"/1/kick?key=2001_2&reason={string.Concat(Enumerable.Repeat("%C3%A4", 100))}", ""))
            .HasData("""{"sessions":1}""");

        var message = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('ä', 100)));
        AssertRecords($$"""{"op":"kick","server":5,"subkeys":["2001_2"],"msg":"{{message}}"}""");
    }

    [Fact]
    public async Task A_user_with_many_sessions_takes_as_many_records_as_it_needs()
    {
        await using var small = await TestHost.StartAsync("--KafkaMaxRecordBytes=1000");
        var puts = string.Join(',', Enumerable.Range(1, 300).Select(seq => $$"""{"key":"42_{{seq}}","server":3}"""));
        await small.PostAsync("/1/router/mput", $$"""{"puts":[{{puts}}]}""");

        (await small.PostAsync($"/1/kick?uid=42&reason={new string('r', 200)}", "")).HasData("""{"sessions":300}""");

        var records = small.Records();
        Assert.All(records, record => Assert.InRange(record.Value.Length, 300, 974));
        Assert.Equal(
            Enumerable.Range(1, 300).Select(seq => $"42_{seq}").Order(StringComparer.Ordinal),
            records.SelectMany(record => System.Text.Json.JsonElement.Parse(record.Text).GetProperty("subkeys").EnumerateArray())
                .Select(key => key.GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_broker_the_answer_says_what_is_known()
    {
        using var broker = new EmbeddedBroker();
        await using var alone = await TestHost.StartAsync(TestBroker.On(broker), [], $"--Router:Nodes:1={host.Nodes["2"].Address}",
            "--KafkaDeliveryTimeout=00:00:01");
        Assert.Equal(1, (await alone.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        broker.SetDown();

        var answer = await alone.PostAsync("/1/kick?uid=2001", "");

        answer.IsRefused("Kafka did not acknowledge 2 of 2 records in time (Local_MsgTimedOut)");
        Assert.Equal("""{"outcome":"unknown","acks":[]}""", answer.GetProperty("data").GetRawText());
        broker.SetUp();
    }

    [Fact]
    public async Task A_node_that_is_down_is_named_and_a_server_is_kicked_nevertheless()
    {
        await using var alone = await TestHost.StartAsync();
        await alone.Nodes["1"].DisposeAsync();

        (await alone.PostAsync("/1/kick?uid=42", "")).IsRefused("router node 1 did not answer: nobody was disconnected.");
        (await alone.PostAsync("/1/kick?server=3", "")).IsOk();
    }

    private void AssertRecords(params string[] expected)
    {
        Assert.Equal(expected, host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
        Assert.All(host.Records(), record => Assert.Null(record.Key));
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync()
        {
            var host = await TestHost.StartAsync(["1", "2"], []);
            await host.PostAsync(
                "/1/router/mput",
                """{"puts":[{"key":"2001_1","server":3},{"key":"2001_2","server":5},{"key":"2001_3","server":3}]}""");
            return host;
        }
    }
}
