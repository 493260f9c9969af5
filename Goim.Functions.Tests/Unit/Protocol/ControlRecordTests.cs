using System.Buffers;
using System.Text;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class ControlRecordTests
{
    [Fact]
    public void A_kick_names_its_connections() => Assert.Equal(
        """{"op":"kick","server":3,"subkeys":["42_1","42_7"],"msg":"++//Ynll"}""",
        Text(ControlRecord.WriteKick(3, [new SubKey(42, 1), new SubKey(42, 7)], [0xFB, 0xEF, 0xFF, .. "bye"u8])));

    [Fact]
    public void A_kick_of_a_whole_server_has_no_sub_keys() =>
        Assert.Equal("""{"op":"kick","server":3,"msg":""}""", Text(ControlRecord.WriteKick(3, [], [])));

    [Theory]
    [InlineData("leave_room", 3, 1, """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""")]
    [InlineData("join_room", 0, 0, """{"op":"join_room","subkeys":["42_1"]}""")]
    public void A_change_of_room_names_the_connection(string op, int server, int roomId, string expected) =>
        Assert.Equal(expected, Text(ControlRecord.WriteRoom(op, server, new SubKey(42, 1), roomId)));

    [Fact]
    public void A_tail_is_last()
    {
        var tail = RecordTail.Write([new SubKey(42, 1), new SubKey(-7, 2)], 1_790_000_000_000);

        Assert.Equal(
            """{"op":"broadcast_room","roomid":1,"msg":"aGk=","ensure":true,"except":["42_1","-7_2"],"expires":1790000000000}""",
            Written(output => KafkaMsg.WriteBroadcastRoom(output, 1, "hi"u8, ensure: true, tail)));
        Assert.Equal(
            """{"op":"broadcast","msg":"aGk=","except":["42_1"]}""",
            Written(output => KafkaMsg.WriteBroadcast(output, "hi"u8, RecordTail.Write([new SubKey(42, 1)], null))));
        Assert.Equal(
            """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"aGk=","expires":5}""",
            Written(output => KafkaMsg.WriteMultiple(output, 3, "\"42_1\","u8, "hi"u8, RecordTail.Write([], 5))));
        Assert.Empty(RecordTail.Write([], null));
    }

    private static string Text(byte[] value) => Encoding.UTF8.GetString(value);

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
