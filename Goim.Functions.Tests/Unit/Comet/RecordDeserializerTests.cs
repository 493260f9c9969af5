using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Topic;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Comet;

public sealed class RecordDeserializerTests
{
    private const int ServerId = 3;
    private static readonly JsonElement Vectors = JsonElement.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "kafka.json")));

    [Fact]
    public void Every_record_of_goim_is_read_as_it_was_meant()
    {
        var read = 0;
        foreach (var value in GoimRecords())
        {
            using var json = JsonDocument.Parse(value);
            var record = json.RootElement;
            var message = Read(value, Int(record, "server"));
            Assert.Equal(RecordUse.Message, message.Use);
            Assert.Equal(
                record.GetProperty("op").GetString() switch
                {
                    "multiple" => PacketKind.Multiple,
                    "broadcast_room" => PacketKind.Room,
                    _ => PacketKind.Broadcast,
                },
                message.Packet!.Kind);
            Assert.Equal(Convert.FromBase64String(record.GetProperty("msg").GetString() ?? ""), Body(message));
            Assert.Equal(Int(record, "roomid"), message.RoomId);
            Assert.Equal(record.TryGetProperty("ensure", out _), message.Ensure);
            Assert.Equal(
                record.TryGetProperty("subkeys", out var keys) ? keys.EnumerateArray().Select(key => key.GetString()) : [],
                (message.SubKeys ?? []).Select(key => key.ToString()));
            read++;
        }

        Assert.True(read > 20, $"{read}");
    }

    [Theory]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"aGk=","ensure":true}""")]
    [InlineData("""{"ensure":true,"msg":"aGk=","subkeys":["42_1"],"server":3,"op":"multiple"}""")]
    [InlineData("""{"server":3,"msg":"aGk=","op":"multiple","ensure":true,"subkeys":["42_1"]}""")]
    [InlineData("""{"op":"multiple","x":{"server":4,"msg":[1]},"server":3,"subkeys":["42_1"],"msg":"aGk=","ensure":true,"y":null}""")]
    [InlineData("""{"op":"broadcast","ensure":false,"msg":"!!","op":"multiple","subkeys":["7_7","8_8"],"server":3""" +
        ""","msg":"aGk=","subkeys":["42_1"],"ensure":true}""", false)]
    [InlineData("""{"op":"broadcast","ensure":false,"msg":"eA==","op":"multiple","subkeys":["7_7","8_8"],"server":3""" +
        ""","msg":"aGk=","subkeys":["42_1"],"ensure":true}""")]
    [InlineData(""" { "op" : "multiple" , "server" : 3 , "subkeys" : [ "42_1" ] , "msg" : "aGk=" , "ensure" : true } """)]
    [InlineData("""{"\u006fp":"mult\u0069ple","server":3,"subkeys":["42\u005f1"],"msg":"aG\u006b=","ensure":true}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["+42_01"],"msg":"aGk=","ensure":true}""")]
    public void Members_are_found_in_any_order_and_form(string value, bool isReadable = true)
    {
        var message = Read(value);

        if (!isReadable)
        {
            Assert.Equal(RecordUse.Unreadable, message.Use);
            return;
        }

        Assert.Equal((RecordUse.Message, PacketKind.Multiple, true), (message.Use, message.Packet!.Kind, message.Ensure));
        Assert.Equal([new SubKey(42, 1)], message.SubKeys!);
        Assert.Equal("hi"u8.ToArray(), Body(message));
    }

    [Fact]
    public void Escaped_base64_is_decoded() =>
        Assert.Equal([0xff, 0xff, 0xff], Body(Read("""{"op":"broadcast","msg":"\/\/\/\/"}""")));

    [Theory]
    [InlineData("""{"op":"multiple","server":4,"subkeys":["42_1"],"msg":"aGk="}""")]
    [InlineData("""{"op":"multiple","subkeys":["42_1"],"msg":"aGk="}""")]
    [InlineData("""{"msg":"aGk=","subkeys":["42_1"],"server":4,"op":"multiple"}""")]
    public void A_record_of_another_server_is_nothing(string value) => Assert.Equal(RecordUse.None, Read(value).Use);

    [Fact]
    public void The_sub_keys_of_another_server_are_not_looked_at() =>
        Assert.Equal(RecordUse.None, Read("""{"op":"multiple","server":4,"subkeys":["no key"],"msg":"no base64"}""").Use);

    [Fact]
    public void A_missing_server_is_server_0()
    {
        var message = Read("""{"op":"multiple","subkeys":["42_1"],"msg":"aGk="}""", serverId: 0);

        Assert.Equal([new SubKey(42, 1)], message.SubKeys!);
    }

    [Theory]
    [InlineData("""{"op":"broadcast"}""")]
    [InlineData("""{"op":"broadcast","msg":""}""")]
    [InlineData("""{"op":"broadcast","msg":null}""")]
    public void A_missing_message_is_an_empty_one(string value) => Assert.Empty(Body(Read(value)));

    [Fact]
    public void A_room_record_without_a_room_is_for_room_0()
    {
        var message = Read("""{"op":"broadcast_room","msg":"aGk="}""");

        Assert.Equal((PacketKind.Room, 0, false), (message.Packet!.Kind, message.RoomId, message.Ensure));
    }

    [Theory]
    [InlineData("""{"op":"server_del","server":3}""")]
    [InlineData("""{"op":"MULTIPLE","server":3}""")]
    [InlineData("""{"op":null}""")]
    [InlineData("{}")]
    public void Another_op_is_skipped(string value) => Assert.Equal(RecordUse.Skip, Read(value).Use);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"op":"broadcast","msg":"aGk="} x""")]
    [InlineData("""{"op":"broadcast","msg":"aGk=}""")]
    [InlineData("""{"op":1}""")]
    [InlineData("""{"op":"broadcast","msg":5}""")]
    [InlineData("""{"op":"broadcast","msg":"aGk"}""")]
    [InlineData("""{"op":"broadcast","msg":"?"}""")]
    [InlineData("""{"op":"broadcast","msg":"\ud800"}""")]
    [InlineData("""{"op":"broadcast","ensure":1}""")]
    [InlineData("""{"op":"broadcast_room","roomid":2147483648}""")]
    [InlineData("""{"op":"broadcast_room","roomid":"1"}""")]
    [InlineData("""{"op":"multiple","server":3.5}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":"42_1"}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":[42]}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["42"]}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["42_1","42_"]}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["42_2147483648"]}""")]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["\ud800_1"]}""")]
    public void What_is_no_record_is_unreadable(string value) => Assert.Equal(RecordUse.Unreadable, Read(value).Use);

    [Fact]
    public void A_nested_value_of_an_unknown_member_may_not_be_endless() =>
        Assert.Equal(RecordUse.Unreadable, Read($$"""{"op":"broadcast","x":{{new string('[', 100_000)}}""").Use);

    [Theory]
    [InlineData("""{"op":"broadcast","msg":"aGk="}""", RecordUse.None)]
    [InlineData("""{"op":"broadcast_room","roomid":1,"msg":"aGk="}""", RecordUse.None)]
    [InlineData("""{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"aGk="}""", RecordUse.Message)]
    [InlineData("{", RecordUse.Unreadable)]
    public void Without_connections_only_records_for_keys_are_of_use(string value, object use) =>
        Assert.Equal((RecordUse)use, new RecordDeserializer(ServerId, new CometCounters(), TimeProvider.System)
            .Deserialize(Encoding.UTF8.GetBytes(value), isNull: false, SerializationContext.Empty).Use);

    private static TopicMessage Read(string value, int serverId = ServerId)
    {
        var counters = new CometCounters();
        counters.Opened();
        return new RecordDeserializer(serverId, counters, TimeProvider.System)
            .Deserialize(Encoding.UTF8.GetBytes(value), isNull: false, SerializationContext.Empty);
    }

    private static byte[] Body(TopicMessage message) => message.Packet!.Packet[PacketHeader.Size..].ToArray();

    private static int Int(JsonElement record, string name) => record.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private static IEnumerable<string> GoimRecords() =>
        from vector in Vectors.EnumerateArray()
        from record in vector.GetProperty("records").EnumerateArray()
        let value = record.TryGetProperty("valueUtf8", out var text) ? text.GetString() : null
        where value is not null
        select value;
}
