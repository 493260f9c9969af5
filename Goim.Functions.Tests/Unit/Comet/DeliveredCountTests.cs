using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>A message counts as delivered when the outlet has taken its write, and as dropped if it does not take it.</summary>
public sealed class DeliveredCountTests
{
    private const int BodyBytes = 100;
    private readonly CometCounters counters = new();

    [Fact]
    public void A_message_that_a_broken_connection_does_not_take_is_dropped()
    {
        Deliver(new StubOutlet { Takes = new([-1]) }, PacketKind.Room);

        Assert.Equal((0, 1, 0), Counted(PacketKind.Room));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_of_which_a_part_is_taken_counts_when_the_rest_is(bool isBroken)
    {
        var outlet = new StubOutlet { Takes = new([1]) };
        Deliver(outlet, PacketKind.Broadcast);
        Assert.Equal((0, 0, 0), Counted(PacketKind.Broadcast));

        outlet.EndRest(isBroken);

        await Eventually.UntilAsync(() => Counted(PacketKind.Broadcast) == (isBroken ? (0, 1, 0) : (1, 0, 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_batch_of_a_broken_connection_is_dropped(bool isBroken)
    {
        var outlet = new StubOutlet { Takes = new([1, isBroken ? -1 : int.MaxValue]) };
        var outbox = Deliver(outlet, PacketKind.Multiple);
        for (var waiting = 0; waiting < 3; waiting++)
        {
            Assert.Equal(Delivered.Taken, outbox.Deliver(new EncodedPacket(PacketKind.Room, BodyBytes), ensure: false, now: 0));
        }

        outlet.EndRest(isBroken: false);

        await Eventually.UntilAsync(() => Counted(PacketKind.Room) == (isBroken ? (0, 3, 1) : (3, 0, 2)));
        Assert.Equal(1, counters.DeliveredOf(PacketKind.Multiple));
    }

    private Outbox Deliver(StubOutlet outlet, PacketKind kind)
    {
        var outbox = new Outbox(outlet, isWebSocket: false, OutboxLimits.Of(new CometOptions { MergeWindow = TimeSpan.Zero }), counters);
        outbox.Deliver(new EncodedPacket(kind, BodyBytes), ensure: false, now: 0);
        return outbox;
    }

    private (long Delivered, long Dropped, long Writes) Counted(PacketKind kind) =>
        (counters.DeliveredOf(kind), counters.DroppedOf(kind), counters.Writes);

    /// <summary>Takes so many bytes of each write at once, and the rest when the test says so.</summary>
    private sealed class StubOutlet : Outlet
    {
        private readonly TaskCompletionSource rest = new();

        public required Queue<int> Takes { get; init; }

        public override long Acknowledged => 0;

        public void EndRest(bool isBroken)
        {
            if (isBroken)
            {
                rest.SetException(new IOException());
            }
            else
            {
                rest.SetResult();
            }
        }

        public override int TrySend(ReadOnlySpan<byte> bytes) => Math.Min(Takes.Dequeue(), bytes.Length);

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => new(rest.Task);

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
