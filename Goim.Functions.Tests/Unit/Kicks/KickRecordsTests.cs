using System.Text;
using Goim.Logic.Delivery;
using Goim.Logic.Kicks;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Kicks;

public sealed class KickRecordsTests
{
    [Fact]
    public void A_record_is_filled_to_its_last_byte_and_no_further()
    {
        // The record of all three has 66 bytes, and each has 26 that are not its own.
        (SubKey, int)[] sessions = [(new(42, 1), 3), (new(42, 2), 3), (new(42, 3), 3)];

        Assert.Equal(
            [
                """{"op":"kick","server":3,"subkeys":["42_1","42_2"],"msg":""}""",
                """{"op":"kick","server":3,"subkeys":["42_3"],"msg":""}""",
            ],
            Texts(new RecordSize(26 + 65), sessions));
        Assert.Equal(["""{"op":"kick","server":3,"subkeys":["42_1","42_2","42_3"],"msg":""}"""], Texts(new RecordSize(26 + 66), sessions));
    }

    [Fact]
    public void Each_server_has_records_of_its_own()
    {
        (SubKey, int)[] sessions = [(new(1, 1), 5), (new(1, 2), 0), (new(1, 3), 5), (new(1, 4), -1)];

        Assert.Equal(
            [
                """{"op":"kick","server":-1,"subkeys":["1_4"],"msg":"aGk="}""",
                """{"op":"kick","subkeys":["1_2"],"msg":"aGk="}""",
                """{"op":"kick","server":5,"subkeys":["1_1","1_3"],"msg":"aGk="}""",
            ],
            Texts(new RecordSize(1_000), sessions, "hi"));
    }

    [Fact]
    public void Nobody_is_no_record() => Assert.Empty(Texts(new RecordSize(1_000), []));

    private static string[] Texts(RecordSize size, (SubKey, int)[] sessions, string reason = "") =>
        [.. KickRecords.Of(size, sessions, Encoding.UTF8.GetBytes(reason)).Select(record => record.ToText())];
}
