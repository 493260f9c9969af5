using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>Bytes that a delivery to one more connection allocates.</summary>
public sealed class DeliveryAllocationTests : IDisposable
{
    private const int Connections = 1_000, User = 42, Room = 7;
    private static readonly HashSet<SubKey> NobodyHere = new([new SubKey(User + 1, 1)], SubKeyComparer.Instance);
    private readonly CometCounters counters = new();
    private readonly AllocationMeter meter = new();
    private Lanes? lanes;

    public void Dispose() => lanes?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_is_sent_at_once_allocates_nothing_for_one_more_connection(bool isWebSocket)
    {
        var all = await ConnectAsync(isWebSocket, TimeSpan.Zero);

        Assert.Equal(0, await AllocatedAsync(1, () => all.ToAll(Message(PacketKind.Broadcast), ensure: false)));
        Assert.Equal(0, await AllocatedAsync(1, () => all.ToRoom(Room, Message(PacketKind.Room), ensure: true)));
        Assert.Equal(0, await AllocatedAsync(1, () => all.ToAll(Message(PacketKind.Broadcast), ensure: false, NobodyHere)));
        Assert.Equal(0, await AllocatedAsync(1, () => all.ToRoom(Room, Message(PacketKind.Room), ensure: true, NobodyHere)));
        Assert.Equal(0, await AllocatedAsync(1, () => all.ToKeys(Keys(), Message(PacketKind.Multiple), ensure: false)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_that_are_merged_allocate_nothing_for_one_more_connection(bool isWebSocket)
    {
        var all = await ConnectAsync(isWebSocket, TimeSpan.FromMilliseconds(20));

        Assert.Equal(0, await AllocatedAsync(5, () =>
        {
            for (var i = 0; i < 5; i++)
            {
                all.ToRoom(Room, Message(PacketKind.Room), ensure: true);
            }
        }));
    }

    private static EncodedPacket Message(PacketKind kind) => new(kind, bodyLength: 100);

    private static SubKey[] Keys() => [.. Enumerable.Range(1, Connections).Select(seq => new SubKey(User, seq))];

    // All connections of a user are in one lane, so one thread makes all deliveries.
    private async Task<Lanes> ConnectAsync(bool isWebSocket, TimeSpan window)
    {
        var tickets = new ConnectTickets();
        lanes = new Lanes(Options.Create(new CometOptions { MergeWindow = window }), tickets, counters, TestMetrics.OfComet(counters));
        foreach (var key in Keys())
        {
            var connection = new Connection(meter, isWebSocket, lanes.Limits, counters);
            var reply = new EncodedPacket(PacketKind.Reply, 0, Op.AuthReply);
            Assert.Equal(Added.Yes, await lanes.AddAsync(connection, key, Room, tickets.Begin(), reply));
        }

        return lanes;
    }

    // The minimum of several runs: the first ones fill pools and lengthen queues.
    private async Task<long> AllocatedAsync(int messages, Action deliver)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            meter.Start();
            var expected = Delivered() + (messages * Connections);
            deliver();
            await Eventually.UntilAsync(() => Delivered() == expected);

            // The lane does this after the last write.
            Assert.Equal(Connections, (await lanes!.ListAsync()).Count);
            Assert.InRange(meter.Writes, Connections, messages * Connections);
            least = Math.Min(least, meter.Allocated);
        }

        return least;
    }

    private long Delivered() => counters.DeliveredOf(PacketKind.Multiple)
        + counters.DeliveredOf(PacketKind.Room) + counters.DeliveredOf(PacketKind.Broadcast);

    /// <summary>A client that takes everything, and measures what the lane's thread allocates from the first write to the last.</summary>
    private sealed class AllocationMeter : Outlet
    {
        private long first, last;

        public long Allocated => last - first;

        public int Writes { get; private set; }

        public void Start() => (first, last, Writes) = (-1, -1, 0);

        public override long Acknowledged => 0;

        public override int TrySend(ReadOnlySpan<byte> bytes)
        {
            last = GC.GetAllocatedBytesForCurrentThread();
            first = first < 0 ? last : first;
            Writes++;
            return bytes.Length;
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

        public override void EndSending()
        {
        }

        public override void EndReading()
        {
        }

        public override void Abort()
        {
        }
    }
}
