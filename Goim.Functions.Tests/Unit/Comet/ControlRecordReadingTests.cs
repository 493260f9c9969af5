using System.Text;
using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Topic;
using Goim.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>The records and members that goim does not have, as a comet reads them.</summary>
public sealed class ControlRecordReadingTests
{
    private const int ServerId = 3;

    // Unix ms 1,790,000,000,000.
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 9, 21, 14, 13, 20, TimeSpan.Zero));

    [Theory]
    [InlineData("""{"op":"kick","server":3,"subkeys":["42_1","43_2"],"msg":"Ynll"}""", typeof(Kick))]
    [InlineData("""{"op":"kick","server":3,"subkeys":["42_1","43_2"]}""", typeof(Kick))]
    [InlineData("""{"op":"join_room","server":3,"subkeys":["42_1","43_2"],"roomid":7}""", typeof(JoinRoom))]
    [InlineData("""{"roomid":7,"subkeys":["42_1","43_2"],"server":3,"op":"leave_room","x":[]}""", typeof(LeaveRoom))]
    public void A_record_for_connections_of_this_server_changes_them(string value, Type change)
    {
        var read = Read(value);

        Assert.Equal((RecordUse.Change, change), (read.Use, read.Change?.GetType()));
        Assert.Equal([new SubKey(42, 1), new SubKey(43, 2)], read.SubKeys!);
    }

    [Theory]
    [InlineData("""{"op":"kick","server":3,"msg":"Ynll"}""", "bye")]
    [InlineData("""{"op":"kick","server":3,"msg":"w7xiZXJt4oCm"}""", "überm…")]
    [InlineData("""{"op":"kick","server":3,"subkeys":null}""", "kicked")]
    public void A_kick_without_sub_keys_is_for_all(string value, string reason)
    {
        var read = Read(value);

        Assert.Equal((RecordUse.KickAll, reason, true), (read.Use, read.Farewell!.Reason, read.Farewell.Reconnect));
    }

    [Theory]
    [InlineData("""{"op":"kick","server":4,"msg":"Ynll"}""", RecordUse.None)]
    [InlineData("""{"op":"kick","msg":"Ynll"}""", RecordUse.None)]
    [InlineData("""{"op":"kick","server":3,"subkeys":[]}""", RecordUse.Change)]
    [InlineData("""{"op":"join_room","server":4,"subkeys":["42_1"],"roomid":7}""", RecordUse.None)]
    [InlineData("""{"op":"leave_room","server":4,"subkeys":["no key"],"roomid":7}""", RecordUse.None)]
    [InlineData("""{"op":"join_room","server":3,"subkeys":["no key"],"roomid":7}""", RecordUse.Unreadable)]
    [InlineData("""{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":2147483648}""", RecordUse.Unreadable)]
    [InlineData("""{"op":"kick","server":3,"subkeys":["42_1"],"msg":"?"}""", RecordUse.Unreadable)]
    [InlineData("""{"op":"kick_all","server":3}""", RecordUse.Skip)]
    public void Another_record_changes_nothing(string value, object use) => Assert.Equal((RecordUse)use, Read(value).Use);

    [Theory]
    [InlineData("1789999999999", RecordUse.Expired)]
    [InlineData("0", RecordUse.Expired)]
    [InlineData("-1", RecordUse.Expired)]
    [InlineData("1790000000000", RecordUse.Message)]
    [InlineData("9223372036854775807", RecordUse.Message)]
    [InlineData("null", RecordUse.Message)]
    [InlineData("1790000000000.5", RecordUse.Unreadable)]
    [InlineData("\"1790000000000\"", RecordUse.Unreadable)]
    public void A_message_is_delivered_until_its_time_is_over(string expires, object use)
    {
        foreach (var start in new[]
        {
            """{"op":"broadcast","msg":"aGk=","expires":""",
            """{"op":"broadcast_room","roomid":1,"msg":"aGk=","ensure":true,"except":["42_1"],"expires":""",
            """{"op":"multiple","server":3,"subkeys":["42_1"],"msg":"aGk=","expires":""",
        })
        {
            Assert.Equal((RecordUse)use, Read($"{start}{expires}}}").Use);
        }
    }

    [Fact]
    public void An_expired_message_for_another_server_is_not_this_ones() =>
        Assert.Equal(RecordUse.None, Read("""{"op":"multiple","server":4,"subkeys":["42_1"],"msg":"aGk=","expires":1}""").Use);

    [Theory]
    [InlineData("""{"op":"broadcast","msg":"aGk=","except":["42_1","43_2","42_1"]}""")]
    [InlineData("""{"op":"broadcast_room","roomid":1,"except":["42_1","43_2"],"msg":"aGk="}""")]
    public void Connections_that_are_left_out_are_read(string value)
    {
        var except = Read(value).Except!;

        Assert.Equal(2, except.Count);
        Assert.Contains(new SubKey(42, 1), except);
        Assert.Contains(new SubKey(43, 2), except);
    }

    [Theory]
    [InlineData("""{"op":"broadcast","msg":"aGk=","except":[]}""", RecordUse.Message)]
    [InlineData("""{"op":"broadcast","msg":"aGk=","except":null}""", RecordUse.Message)]
    [InlineData("""{"op":"broadcast","msg":"aGk=","except":["42"]}""", RecordUse.Unreadable)]
    [InlineData("""{"op":"broadcast","msg":"aGk=","except":"42_1"}""", RecordUse.Unreadable)]
    public void Nobody_is_left_out_by_an_empty_list(string value, object use)
    {
        var read = Read(value);

        Assert.Equal((RecordUse)use, read.Use);
        Assert.Null(read.Except);
    }

    private static TopicMessage Read(string value)
    {
        var counters = new CometCounters();
        counters.Opened();
        return new RecordDeserializer(ServerId, counters, Time)
            .Deserialize(Encoding.UTF8.GetBytes(value), isNull: false, SerializationContext.Empty);
    }
}
