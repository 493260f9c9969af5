using System.Text;
using Goim.Logic.Idempotency;

namespace Goim.Functions.Tests.Unit.Idempotency;

public sealed class KeyRecordTests
{
    private static readonly Guid Claimant = new("00010203-0405-0607-0809-0a0b0c0d0e0f");

    // The version before reads request, claimant, atUnixMs, answered, kind and error.
    [Fact]
    public void A_record_is_written_with_the_time_that_the_version_before_reads()
    {
        var record = new KeyRecord("ab", Claimant, Answered: true) { AtUnixMs = 1_767_323_045_000 };

        Assert.Equal(
            """
            {"request":"ab","claimant":"00010203-0405-0607-0809-0a0b0c0d0e0f","answered":true,"atUnixMs":1767323045000}
            data
            """,
            record.Write("data"u8.ToArray()).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"atUnixMs\":1")]
    public void A_record_is_read_with_and_without_the_time(string time)
    {
        var content = $$"""{"request":"ab","claimant":"{{Claimant}}","answered":false{{time}}}""" + "\ndata";

        var (record, data) = KeyRecord.Read(Encoding.UTF8.GetBytes(content))!.Value;

        Assert.Equal(("ab", Claimant, false), (record.Request, record.Claimant, record.Answered));
        Assert.Equal("data"u8.ToArray(), data.ToArray());
    }
}
