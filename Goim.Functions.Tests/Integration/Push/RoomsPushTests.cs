using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Pushes to many rooms. Room 1 has three sessions, room 2 one.</summary>
public sealed class RoomsPushTests(RestrictedPushHost shared) : IClassFixture<RestrictedPushHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData(
        """{"m":{"a": 1},"r":[1,2]}""",
        """00000001 {"op":"broadcast_room","roomid":1,"msg":"eyJhIjogMX0="}""",
        """00000002 {"op":"broadcast_room","roomid":2,"msg":"eyJhIjogMX0="}""")]
    [InlineData(
        """{"ensure":true,"r":[-2,0,-2,0,2147483647,-2],"m":"m"}""",
        """00000000 {"op":"broadcast_room","msg":"Im0i","ensure":true}""",
        """7fffffff {"op":"broadcast_room","roomid":2147483647,"msg":"Im0i","ensure":true}""",
        """fffffffe {"op":"broadcast_room","roomid":-2,"msg":"Im0i","ensure":true}""")]
    [InlineData("""{"M":"m","R":[9],"ENSURE":true}""", """00000009 {"op":"broadcast_room","roomid":9,"msg":"Im0i","ensure":true}""")]
    [InlineData(
        """{"m":1,"m":"m","r":[7],"R":[9],"ensure":true,"Ensure":false}""",
        """00000009 {"op":"broadcast_room","roomid":9,"msg":"Im0i"}""")]
    [InlineData(
        "{\"\\u006d\":\"m\",\"\\u0072\":[9],\"\\u0065nsure\":true}",
        """00000009 {"op":"broadcast_room","roomid":9,"msg":"Im0i","ensure":true}""")]
    [InlineData(
        " {\n\"mm\":[1],\"\":2,\"\\ud800\":3,\"m\" :\t\"m\" , \"r\":[ 9 , 9 ] } \n",
        """00000009 {"op":"broadcast_room","roomid":9,"msg":"Im0i"}""")]
    [InlineData("""{"m":null,"r":[]}""")]
    public async Task Each_room_gets_one_keyed_record(string body, params string[] records)
    {
        (await host.PostAsync("/1/push/rooms", body)).IsOk();
        Assert.Equal(records, host.Lines());
        host.LeaveOutWhatIsThere();

        var acks = (await host.PostAsync("/1/push/rooms?ack=broker", body)).GetProperty("data").GetProperty("acks");
        Assert.Equal(records.Length, acks.GetArrayLength());
        Assert.Equal(records, host.Lines());
    }

    [Theory]
    [InlineData("[2,1,2,9]", """{"sessions":4,"servers":null,"records":3}""")]
    [InlineData("[9]", """{"sessions":0,"servers":null,"records":1}""")]
    [InlineData("[]", """{"sessions":0,"servers":null,"records":0}""")]
    public async Task A_dry_run_counts_the_sessions_in_the_rooms_and_sends_nothing(string rooms, string expected)
    {
        (await host.PostAsync("/1/push/rooms?dry=1", $$"""{"m":1,"r":{{rooms}}}""")).HasData(expected);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task The_records_go_out_though_the_nodes_cannot_count()
    {
        await using var down = await TestHost.StartAsync();
        await down.Nodes["1"].DisposeAsync();

        (await down.PostAsync("/1/push/rooms?detail=1", """{"m":1,"r":[1,2]}"""))
            .HasData("""{"sessions":null,"servers":null,"records":2}""");
        Assert.Equal(2, down.Records().Count);
    }

    [Fact]
    public async Task Connections_in_except_are_named_in_each_record()
    {
        (await host.PostAsync("/1/push/rooms?except=42_1", """{"m":"m","r":[1,2]}""")).IsOk();

        Assert.Equal(
            [
                """00000001 {"op":"broadcast_room","roomid":1,"msg":"Im0i","except":["42_1"]}""",
                """00000002 {"op":"broadcast_room","roomid":2,"msg":"Im0i","except":["42_1"]}""",
            ],
            host.Lines());
    }

    [Theory]
    [InlineData("", "body is empty: expected {\"m\":any JSON,\"r\":[rooms],\"ensure\":true}.")]
    [InlineData("not json", "body is no JSON")]
    [InlineData("{\"m\":1,\"r\":[1]} x", "body is no JSON")]
    [InlineData("[]", "body is a JSON array")]
    [InlineData("{}", "m is missing")]
    [InlineData("{\"r\":[1]}", "m is missing")]
    [InlineData("{\"m\":1}", "r is missing")]
    [InlineData("{\"m\":1,\"r\":null}", "r is null: expected an array of rooms.")]
    [InlineData("{\"m\":1,\"r\":1}", "r is '1': expected an array")]
    [InlineData("{\"m\":1,\"r\":{}}", "r is object: expected an array")]
    [InlineData("{\"m\":1,\"r\":\"1\"}", "r is the string '1': expected an array")]
    [InlineData("{\"m\":1,\"r\":[1,\"2\"]}", "r[1] is the string '2': expected a whole number from -2147483648 to 2147483647.")]
    [InlineData("{\"m\":1,\"r\":[2147483648]}", "r[0] is '2147483648': expected a whole number")]
    [InlineData("{\"m\":1,\"r\":[-2147483649]}", "r[0] is '-2147483649': expected a whole number")]
    [InlineData("{\"m\":1,\"r\":[1.0]}", "r[0] is '1.0'")]
    [InlineData("{\"m\":1,\"r\":[null]}", "r[0] is null")]
    [InlineData("{\"m\":1,\"r\":[[1]]}", "r[0] is array")]
    [InlineData("{\"m\":1,\"r\":[\"x\"],\"r\":[1]}", "r[0] is the string 'x'")]
    [InlineData("{\"m\":1,\"r\":[1],\"except\":[\"42_1\"]}", "except is in the body: expected it in the query.")]
    [InlineData("{\"m\":1,\"r\":[1],\"ttl\":60}", "ttl is in the body: expected it in the query.")]
    [InlineData("{\"m\":1,\"r\":[1],\"ensure\":1}", "ensure is '1': expected true or false.")]
    [InlineData("{\"m\":1,\"r\":[1],\"ensure\":\"true\"}", "ensure is the string 'true': expected true or false.")]
    [InlineData("{\"m\":1,\"r\":[1],\"ensure\":null}", "ensure is null: expected true or false.")]
    [InlineData("{\"m\":1,\"r\":[1],\"ensure\":[]}", "ensure is array: expected true or false.")]
    public async Task A_bad_body_is_refused_and_nothing_is_sent(string body, string expected)
    {
        (await host.PostAsync("/1/push/rooms", body)).IsRefused(expected);

        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Ten_thousand_rooms_are_taken_and_one_more_is_refused_whole()
    {
        var rooms = string.Join(',', Enumerable.Range(1, 10_000));
        Assert.Equal(1, (await host.PostAsync("/1/push/rooms?ack=broker", $$"""{"m":1,"r":[{{rooms}}]}""")).Ret());
        Assert.Equal(
            Enumerable.Range(1, 10_000).Select(room => room.ToString("x8", null)), host.Records().Select(record => record.KeyHex).Order());
        host.LeaveOutWhatIsThere();

        var answer = await host.PostRawAsync(
            "/1/push/rooms", Encoding.UTF8.GetBytes($$"""{"m":1,"r":[{{rooms}},1]}"""), "X-Goim-Errors: http");
        Assert.Equal(413, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("r holds more than 10000 rooms: expected 10000 at most.");
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task More_records_than_fit_together_are_refused()
    {
        await using var large = await TestHost.StartAsync();
        var rooms = string.Join(',', Enumerable.Range(1, 100));

        (await large.PostAsync("/1/push/rooms", $$"""{"m":"{{new string('m', 600_000)}}","r":[{{rooms}}]}""")).IsRefused(
            "the push makes 100 records of ", "expected 67108864 at most, fewer rooms or a smaller message; nothing was sent.");
        Assert.Empty(large.Records());
    }

    // A record for a room with one digit fits, and one for a room with ten does not.
    [Fact]
    public async Task A_message_that_does_not_fit_the_record_of_one_room_is_sent_to_none()
    {
        // 50,000 bytes less 26 and 4 of record overhead and 43 of {"op":"broadcast_room","roomid":1,"msg":""} leave 49,924 of base64.
        var body = $$"""{"m":"{{new string('m', 37_441)}}","r":[1]}""";
        (await host.PostAsync("/1/push/rooms", body)).IsOk();
        Assert.Single(host.Records());
        host.LeaveOutWhatIsThere();

        (await host.PostAsync("/1/push/rooms", body.Replace("[1]", "[1,2000000000]", StringComparison.Ordinal))).IsRefused(
            "body holds a message of 37443 bytes: expected one that fits a Kafka record of 50000 bytes in base64, about 37458 bytes.");
        (await host.PostAsync("/1/push/rooms?ttl=60", body)).IsRefused(
            "body holds a message of 37443 bytes", "about 37440 bytes beside except and ttl.");
        Assert.Empty(host.Records());
    }
}
