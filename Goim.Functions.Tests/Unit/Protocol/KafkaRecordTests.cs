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
    public void What_goims_job_would_reject_is_no_record(string value) =>
        Assert.Null(KafkaRecord.Read(System.Text.Encoding.UTF8.GetBytes(value)));
}
