using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Comet;

/// <summary>The rooms of a lane's connections.</summary>
public sealed class RoomTableTests : IDisposable
{
    private const int NoRoom = -1;
    private readonly CometCounters counters = new();
    private readonly Lanes lanes;
    private readonly RoomTable rooms = new();

    public RoomTableTests() =>
        lanes = new Lanes(Options.Create(new CometOptions()), new ConnectTickets(), counters, TestMetrics.OfComet(counters));

    public void Dispose() => lanes.Dispose();

    [Fact]
    public void Both_orders_of_a_change_end_in_the_new_room()
    {
        var (first, second) = (NewIn(1), NewIn(1));

        rooms.Join(first, 7);
        Assert.Equal([1, 7], RoomsOf(first));
        rooms.Leave(first, 1);
        rooms.Leave(second, 1);
        Assert.Equal([NoRoom], RoomsOf(second));
        rooms.Join(second, 7);

        Assert.All([first, second], each => Assert.Equal([7], RoomsOf(each)));
        Assert.All([first, second], static each => Assert.Equal((7, null), (each.RoomId, each.EarlierRooms)));
    }

    [Fact]
    public void The_room_joined_last_is_the_connections_room()
    {
        var connection = NewIn(1);
        rooms.Join(connection, 2);
        rooms.Join(connection, 3);
        Assert.Equal(3, connection.RoomId);

        rooms.Leave(connection, 3);
        Assert.Equal(2, connection.RoomId);
        rooms.Leave(connection, 1);
        Assert.Equal(2, connection.RoomId);
        rooms.Leave(connection, 2);
        Assert.Equal(NoRoom, connection.RoomId);
    }

    [Fact]
    public void No_room_is_neither_joined_nor_left()
    {
        var (inOne, inNone) = (NewIn(1), NewIn(NoRoom));

        rooms.Join(inOne, NoRoom);
        rooms.Leave(inNone, NoRoom);
        rooms.Leave(inOne, 5);

        Assert.Equal([1], RoomsOf(inOne));
        Assert.Equal([NoRoom], RoomsOf(inNone));
    }

    [Fact]
    public void A_connection_is_in_a_hundred_rooms_at_most_and_the_oldest_makes_way()
    {
        var connection = NewIn(0);

        for (var room = 1; room <= 150; room++)
        {
            rooms.Join(connection, room);
        }

        Assert.Equal(Enumerable.Range(51, 100), Enumerable.Range(0, 151).Where(room => rooms.In(room).Contains(connection)));
    }

    // Against sets of rooms, with places that move all the time.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Joins_and_leaves_in_any_order_are_those_of_sets(int seed)
    {
        var random = new Random(seed);
        var model = new Dictionary<Connection, HashSet<int>>();
        for (var step = 0; step < 5_000; step++)
        {
            var connection = model.Count == 0 ? null : model.Keys.ElementAt(random.Next(model.Count));
            var room = random.Next(-1, 6);
            switch (random.Next(8))
            {
                case 0 when model.Count < 20:
                    model.Add(NewIn(room), room == NoRoom ? [] : [room]);
                    break;
                case 1 when connection is not null:
                    rooms.Remove(connection);
                    model.Remove(connection);
                    break;
                case 2 or 3 or 4 when connection is not null:
                    rooms.Join(connection, room);
                    model[connection].UnionWith(room == NoRoom ? [] : [room]);
                    break;
                case 5 or 6 or 7 when connection is not null:
                    rooms.Leave(connection, room);
                    model[connection].Remove(room);
                    break;
            }

            for (var each = NoRoom; each < 6; each++)
            {
                var expected = model.Where(pair => each == NoRoom ? pair.Value.Count == 0 : pair.Value.Contains(each));
                Assert.Equal(expected.Select(static pair => pair.Key).ToHashSet(), rooms.In(each).ToArray().ToHashSet());
            }
        }
    }

    private Connection NewIn(int room)
    {
        var connection = new CollectedClient(lanes, counters).Connection;
        (connection.Key, connection.RoomId) = (new SubKey(42, 1), room);
        rooms.Add(connection);
        return connection;
    }

    private int[] RoomsOf(Connection connection) =>
        [.. Enumerable.Range(NoRoom, 20).Where(room => rooms.In(room).Contains(connection))];
}
