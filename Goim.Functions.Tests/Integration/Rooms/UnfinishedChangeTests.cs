using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>A change meets one of another app. Session 42_1 is in room 1 of server 3.</summary>
public sealed class UnfinishedChangeTests : IAsyncLifetime
{
    private readonly Fault fault = new();
    private readonly FakeTimeProvider time = new();
    private TestNode node = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        node = await TestNode.StartAsync(builder =>
        {
            builder.Services.AddSingleton(fault).AddSingleton<TimeProvider>(time);
            builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Fault>());
        });
        host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        await node.Client.PutAsync(new PutArg { UserId = 42, Server = 3, RoomId = 1 });
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_change_whose_app_has_died_is_carried_out_first()
    {
        await BeginAsync(7);
        time.Advance(TimeSpan.FromMilliseconds(29_999));
        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":8}""")).IsRefused("to room 7, is under way");
        time.Advance(TimeSpan.FromMilliseconds(1));

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":8}""")).HasData("""{"roomId":8}""");

        Assert.Equal(
            [
                """{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""",
                """{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":8}""",
                """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""",
                """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":7}""",
            ],
            host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
        Assert.Equal([8], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_change_leaves_the_session_where_a_later_one_has_moved_it(bool isEnded)
    {
        // Another app ends the change to room 7, and moves the session on to room 8, before the last step of this one.
        Before(2, () =>
        {
            node.Client.MChangeRoom(Arg(7, isSent: true));
            node.Client.MChangeRoom(Arg(8));
            if (isEnded)
            {
                node.Client.MChangeRoom(Arg(8, isSent: true));
            }
        });

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":7}""")).HasData("""{"roomId":7}""");

        Assert.Equal(
            [
                """{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":7}""",
                """{"op":"join_room","server":3,"subkeys":["42_1"],"roomid":8}""",
                """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":1}""",
                """{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":7}""",
            ],
            host.Records().Select(record => record.Text).Order(StringComparer.Ordinal));
        Assert.Equal([8], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
        (await host.GetAsync("/1/count?type=room&rid=8")).HasData("""{"sessions":1}""");
    }

    [Fact]
    public async Task A_slow_change_whose_session_was_moved_back_is_not_taken_for_done()
    {
        Before(2, () =>
        {
            node.Client.MChangeRoom(Arg(7, isSent: true));
            node.Client.MChangeRoom(Arg(1));
            node.Client.MChangeRoom(Arg(1, isSent: true));
        });

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":7}"""))
            .IsRefused("session '42_1' is in room 1 again: the change may not be finished, repeat the call, which is always safe.");

        Assert.Equal([1], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
        (await host.GetAsync("/1/count?type=room&rid=1")).HasData("""{"sessions":1}""");
    }

    [Fact]
    public async Task A_room_of_a_dead_app_that_two_others_have_carried_out_is_left()
    {
        await BeginAsync(7);
        time.Advance(TimeSpan.FromSeconds(31));

        // A second app carries out the same change, and then its own, before the first one has ended it.
        Before(3, () =>
        {
            node.Client.MChangeRoom(Arg(7, isSent: true));
            node.Client.MChangeRoom(Arg(9));
            node.Client.MChangeRoom(Arg(9, isSent: true));
        });

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":11}""")).HasData("""{"roomId":11}""");

        Assert.Equal([11], RoomReplay.RoomsOf(host.Records(), "42_1", 1));
        Assert.Contains("""{"op":"leave_room","server":3,"subkeys":["42_1"],"roomid":7}""", host.Records().Select(record => record.Text));
        (await host.GetAsync("/1/count?type=room&rid=11")).HasData("""{"sessions":1}""");
    }

    [Fact]
    public async Task A_repeat_keeps_a_change_from_growing_old()
    {
        await BeginAsync(7);
        time.Advance(TimeSpan.FromSeconds(20));
        await BeginAsync(7);
        time.Advance(TimeSpan.FromSeconds(20));

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":8}""")).IsRefused("to room 7, is under way");
    }

    // Does something before the node carries out this call of those that follow, of the host and of the test alike.
    private void Before(int call, Action act)
    {
        var calls = 0;
        fault.Refuses = method =>
        {
            if (method == "MChangeRoom" && Interlocked.Increment(ref calls) == call)
            {
                act();
            }

            return false;
        };
    }

    private static MChangeRoomArg Arg(int room, bool isSent = false) => new()
    {
        Changes = { new ChangeRoomArg { UserId = 42, Seq = 1, RoomId = room, IsSent = isSent } },
    };

    private async Task BeginAsync(int room) => Assert.Equal(room, (await node.Client.MChangeRoomAsync(Arg(room))).Changes[0].RoomId);
}
