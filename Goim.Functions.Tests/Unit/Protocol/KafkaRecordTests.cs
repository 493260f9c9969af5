using System.Text;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class KafkaRecordTests
{
    [Fact]
    public void Reads_what_goim_wrote()
    {
        var record = KafkaRecord.Read("""{"op":"multiple","server":3,"subkeys":["42_1","-7_2"],"msg":"eyJ0ZXN0IjoxfQ=="}"""u8);

        Assert.NotNull(record);
        Assert.Equal((KafkaMsg.Multiple, 3, 0, false), (record.Op, record.Server, record.RoomId, record.Ensure));
        Assert.Equal([new SubKey(42, 1), new SubKey(-7, 2)], record.SubKeys);
        Assert.Equal("{\"test\":1}"u8.ToArray(), record.Msg);
    }

    [Fact]
    public void Reads_a_room_record()
    {
        var record = KafkaRecord.Read("""{"op":"broadcast_room","roomid":-1,"msg":"aGk=","ensure":true}"""u8);

        Assert.NotNull(record);
        Assert.Equal((KafkaMsg.BroadcastRoom, -1, true), (record.Op, record.RoomId, record.Ensure));
    }

    [Theory]
    [InlineData("""{"op":"kick","server":3,"subkeys":["42_1"],"msg":"Ynll"}""", "kick", 0, "bye")]
    [InlineData("""{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""", "leave_room", 1, "")]
    [InlineData("""{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""", "join_room", 7, "")]
    public void Reads_what_comets_are_told(string value, string op, int roomId, string message)
    {
        var record = KafkaRecord.Read(Encoding.UTF8.GetBytes(value));

        Assert.NotNull(record);
        Assert.Equal((op, 3, roomId), (record.Op, record.Server, record.RoomId));
        Assert.Equal([new SubKey(42, 1)], record.SubKeys);
        Assert.Equal(message, Encoding.UTF8.GetString(record.Msg));
    }

    [Fact]
    public void Reads_the_members_that_goim_does_not_have()
    {
        var record = KafkaRecord.Read(
            """{"op":"broadcast","msg":"aGk=","except":["42_1","-7_2"],"expires":1790000000000}"""u8);

        Assert.NotNull(record);
        Assert.Equal([new SubKey(42, 1), new SubKey(-7, 2)], record.Except);
        Assert.Equal(1_790_000_000_000, record.Expires);
    }

    [Fact]
    public void A_null_message_is_an_empty_one() => Assert.Empty(KafkaRecord.Read("""{"op":"broadcast","msg":null}"""u8)!.Msg);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"op":"server_del","msg":""}""")]
    [InlineData("""{"op":"multiple","subkeys":["42"],"msg":""}""")]
    [InlineData("""{"op":"broadcast","msg":"?"}""")]
    [InlineData("""{"op":"broadcast_room","roomid":2147483648,"msg":""}""")]
    [InlineData("""{"op":"broadcast","msg":"","except":["42"]}""")]
    [InlineData("""{"op":"broadcast","msg":"","except":"42_1"}""")]
    [InlineData("""{"op":"broadcast","msg":"","expires":"1790000000000"}""")]
    [InlineData("""{"op":"broadcast","msg":"","expires":1.5}""")]
    public void What_is_not_valid_is_no_record(string value) =>
        Assert.Null(KafkaRecord.Read(Encoding.UTF8.GetBytes(value)));
}
