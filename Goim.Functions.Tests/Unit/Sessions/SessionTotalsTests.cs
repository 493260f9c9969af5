using System.Text;
using Goim.Logic.Sessions;
using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Sessions;

public sealed class SessionTotalsTests
{
    private static readonly PackedCountReply First = new() { Ids = { 7, -1, int.MinValue }, Counts = { 1, int.MaxValue, 2 } };
    private static readonly PackedCountReply Second = new() { Ids = { -1, int.MaxValue }, Counts = { int.MaxValue, 4 } };

    private readonly SessionTotals totals = new("RoomId", First, Second);

    [Fact]
    public async Task Each_answer_has_the_sums_ordered_by_id()
    {
        Assert.Equal(
            """{"ret":1,"data":[{"RoomId":-2147483648,"Count":2},{"RoomId":-1,"Count":4294967294},{"RoomId":7,"Count":1},"""
            + """{"RoomId":2147483647,"Count":4}]}""",
            Encoding.UTF8.GetString((await totals.ListAsync(default)).Body));
        Assert.Equal(
            """{"ret":1,"data":{"counter":{"-2147483648":2,"-1":4294967294,"7":1,"2147483647":4}}}""",
            Encoding.UTF8.GetString((await totals.CounterAsync(default)).Body));
    }

    [Fact]
    public async Task An_answer_is_written_once()
    {
        Assert.Same((await totals.ListAsync(default)).Body, (await totals.ListAsync(default)).Body);
        Assert.Same((await totals.CounterAsync(default)).Body, (await totals.CounterAsync(default)).Body);
    }

    [Fact]
    public void A_room_that_is_not_there_has_no_session()
    {
        Assert.Equal((1, 4_294_967_294, 0), (totals[7], totals[-1], totals[8]));
        Assert.Equal((4, 4_294_967_301), (totals.Count, totals.Sum()));
        Assert.Equal((0, 0, 0), (new SessionTotals("Server").Count, new SessionTotals("Server").Sum(), new SessionTotals("Server")[0]));
    }
}
