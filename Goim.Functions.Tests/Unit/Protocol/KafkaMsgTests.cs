using System.Buffers;
using System.Text;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Protocol;

public sealed class KafkaMsgTests
{
    [Fact]
    public void Multiple_record_names_its_server_and_sub_keys()
    {
        var output = new ArrayBufferWriter<byte>();

        KafkaMsg.WriteMultiple(output, 3, Formatted(new SubKey(42, 1), new SubKey(42, 2)), "{\"test\":1}"u8);

        Assert.Equal("""{"op":"multiple","server":3,"subkeys":["42_1","42_2"],"msg":"eyJ0ZXN0IjoxfQ=="}""", Text(output));
    }

    [Fact]
    public void Extreme_ids_are_written_in_full()
    {
        var output = new ArrayBufferWriter<byte>();
        var subKeys = Formatted(new SubKey(long.MinValue, int.MinValue), new SubKey(long.MaxValue, int.MaxValue));

        KafkaMsg.WriteMultiple(output, int.MinValue, subKeys, default);

        Assert.Equal(
            """{"op":"multiple","server":-2147483648,"subkeys":"""
                + """["-9223372036854775808_-2147483648","9223372036854775807_2147483647"],"msg":""}""",
            Text(output));
    }

    [Fact]
    public void Zero_server_and_no_sub_keys_are_left_out()
    {
        var output = new ArrayBufferWriter<byte>();

        KafkaMsg.WriteMultiple(output, 0, [], "m"u8);

        Assert.Equal("""{"op":"multiple","msg":"bQ=="}""", Text(output));
    }

    [Theory]
    [InlineData(0, false, """{"op":"broadcast_room","msg":"aGk="}""")]
    [InlineData(1, true, """{"op":"broadcast_room","roomid":1,"msg":"aGk=","ensure":true}""")]
    [InlineData(-1, false, """{"op":"broadcast_room","roomid":-1,"msg":"aGk="}""")]
    [InlineData(int.MaxValue, true, """{"op":"broadcast_room","roomid":2147483647,"msg":"aGk=","ensure":true}""")]
    [InlineData(int.MinValue, false, """{"op":"broadcast_room","roomid":-2147483648,"msg":"aGk="}""")]
    public void Room_record_leaves_out_what_is_zero_or_false(int roomId, bool ensure, string expected)
    {
        var output = new ArrayBufferWriter<byte>();

        KafkaMsg.WriteBroadcastRoom(output, roomId, "hi"u8, ensure);

        Assert.Equal(expected, Text(output));
        Assert.Equal(expected.Length, KafkaMsg.BroadcastRoomLength(roomId, 2, ensure));
    }

    [Fact]
    public void Messages_of_every_size_are_base64_with_padding()
    {
        var message = new byte[749_955];
        new Random(7).NextBytes(message);
        var output = new ArrayBufferWriter<byte>();
        foreach (var size in Enumerable.Range(0, 1_030).Concat([65_535, 65_536, 65_537, 749_953, 749_954, 749_955]))
        {
            output.ResetWrittenCount();

            KafkaMsg.WriteBroadcast(output, message.AsSpan(0, size));

            Assert.Equal($$"""{"op":"broadcast","msg":"{{Convert.ToBase64String(message, 0, size)}}"}""", Text(output));
            Assert.Equal(output.WrittenCount, KafkaMsg.BroadcastLength(size));
        }
    }

    [Fact]
    public void A_records_length_is_known_before_it_is_written()
    {
        var subKeys = Formatted(new SubKey(0, 0), new SubKey(-9, 10), new SubKey(99, 100), new SubKey(long.MinValue, -1));
        var output = new ArrayBufferWriter<byte>();

        KafkaMsg.WriteMultiple(output, 10, subKeys, "hello"u8);

        Assert.Equal(output.WrittenCount, KafkaMsg.MultipleLength(10, 5) + subKeys.Length);
    }

    private static byte[] Formatted(params SubKey[] subKeys) =>
    [
        .. subKeys.SelectMany(subKey =>
        {
            var text = new byte[KafkaMsg.MaxSubKeyLength];
            return text.Take(KafkaMsg.FormatSubKey(subKey, text)).ToArray();
        }),
    ];

    private static string Text(ArrayBufferWriter<byte> output) => Encoding.UTF8.GetString(output.WrittenSpan);
}
