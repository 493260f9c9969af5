using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Pushes to one connection.</summary>
public sealed class KeyPushTests(RestrictedPushHost shared) : IClassFixture<RestrictedPushHost>
{
    private const string Expected = "expected a sub key, user id and seq with _ between, such as 42_1.";
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("42_1", """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"bQ=="}""")]
    [InlineData("42_2", """{"op":"multiple","server":5,"subkeys":["42_2"],"msg":"bQ=="}""")]
    [InlineData("%2B42_003", """{"op":"multiple","server":3,"subkeys":["42_3"],"msg":"bQ=="}""")]
    [InlineData("42_4")]
    [InlineData("42_0")]
    [InlineData("44_1")]
    [InlineData("-42_1")]
    public async Task One_connection_gets_it_if_it_is_there(string key, params string[] records)
    {
        (await host.PostAsync($"/1/push/key?key={key}", "m")).IsOk();
        Assert.Equal(records, host.Lines());
        host.LeaveOutWhatIsThere();

        var acks = (await host.PostAsync($"/1/push/key?ack=broker&key={key}", "m")).GetProperty("data").GetProperty("acks");
        Assert.Equal(records.Length, acks.GetArrayLength());
        Assert.Equal(records, host.Lines());
    }

    [Theory]
    [InlineData("42_2", """{"sessions":1,"servers":1,"records":1,"offlineKeys":[]}""", 1)]
    [InlineData("042_04", """{"sessions":0,"servers":0,"records":0,"offlineKeys":["42_4"]}""", 0)]
    [InlineData("44_1", """{"sessions":0,"servers":0,"records":0,"offlineKeys":["44_1"]}""", 0)]
    public async Task Detail_tells_whether_it_is_there_and_dry_sends_nothing(string key, string expected, int records)
    {
        (await host.PostAsync($"/1/push/key?key={key}&dry=1", "m")).HasData(expected);
        Assert.Empty(host.Records());

        (await host.PostAsync($"/1/push/key?key={key}&detail=1", "m")).HasData(expected);
        Assert.Equal(records, host.Records().Count);
        var acknowledged = await host.PostAsync($"/1/push/key?key={key}&detail=1&ack=broker", "m");
        Assert.EndsWith(expected[1..], acknowledged.GetProperty("data").GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "key is missing: " + Expected)]
    [InlineData("?KEY=42_1", "key is missing: " + Expected)]
    [InlineData("?key=", "key is '': " + Expected)]
    [InlineData("?key=42", "key is '42': " + Expected)]
    [InlineData("?key=42_", "key is '42_': " + Expected)]
    [InlineData("?key=_1", "key is '_1': " + Expected)]
    [InlineData("?key=42_1,42_2", "key is '42_1,42_2': " + Expected)]
    [InlineData("?key=42_1_1", "key is '42_1_1': " + Expected)]
    [InlineData("?key=42_2147483648", "key is '42_2147483648': " + Expected)]
    [InlineData("?key=9223372036854775808_1", "key is '9223372036854775808_1': " + Expected)]
    [InlineData("?key=42_1&except=42_2", "except comes with key: expected it with users, rooms or all only.")]
    [InlineData("?key=42_1&except=", "except[0] is ''")]
    [InlineData("?key=42_1&ttl=0", "ttl is '0'")]
    public async Task A_bad_parameter_is_refused_and_nothing_is_sent(string query, string expected)
    {
        (await host.PostAsync("/1/push/key" + query, "m")).IsRefused(expected);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_message_that_leaves_no_room_for_the_key_is_refused()
    {
        (await host.PostAsync("/1/push/key?key=42_1", new byte[37_458])).IsRefused("body holds a message of 37458 bytes");

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task A_node_that_is_down_is_named_and_nothing_is_sent()
    {
        await using var down = await TestHost.StartAsync();
        await down.Nodes["1"].DisposeAsync();

        (await down.PostAsync("/1/push/key?key=42_1", "m")).IsRefused("router node 1 did not answer: nothing was sent.");
        Assert.Empty(down.Records());
    }
}
