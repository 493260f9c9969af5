using System.Threading.Channels;
using Goim.Comet.Counters;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Delivery;

/// <summary>All registered connections of a comet, spread over lanes by their user.</summary>
internal sealed class Lanes : IDisposable
{
    private const int MaxLanes = 16, MaxUnknownKeys = 10_000;
    private readonly Lane[] lanes;
    private readonly Channel<SubKey> unknownKeys = Channel.CreateBounded<SubKey>(
        new BoundedChannelOptions(MaxUnknownKeys) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Channel<KickOfAll> kicks = Channel.CreateBounded<KickOfAll>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public Lanes(IOptions<CometOptions> options, ConnectTickets tickets, CometCounters counters, CometMetrics metrics)
    {
        Limits = OutboxLimits.Of(options.Value);
        Tickets = tickets;
        var context = new LaneContext(
            Limits,
            options.Value.HeartbeatTimeout,
            tickets,
            new HeldTotal(),
            key => unknownKeys.Writer.TryWrite(key),
            counters,
            metrics);
        lanes = new Lane[Math.Clamp(Environment.ProcessorCount, 1, MaxLanes)];
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = new Lane(context, LaneOf);
        }

        Array.ForEach(lanes, static lane => lane.Start());
    }

    /// <summary>What may wait for one connection.</summary>
    public OutboxLimits Limits { get; }

    /// <summary>The connects under way.</summary>
    public ConnectTickets Tickets { get; }

    /// <summary>Keys of records for this comet server that no connection has. Some are left out while nobody reads.</summary>
    public ChannelReader<SubKey> UnknownKeys => unknownKeys.Reader;

    /// <summary>Kicks of all connections. One that nobody has read yet is replaced by the next, which concerns more connections.</summary>
    public ChannelReader<KickOfAll> Kicks => kicks.Reader;

    /// <summary>Delivers a message to every connection.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ensure">Whether it must not be dropped.</param>
    /// <param name="except">Connections that do not get it. Null for none.</param>
    public void ToAll(EncodedPacket message, bool ensure, HashSet<SubKey>? except = null) => PostMessage(
        except is null ? new MessageToAll(message, ensure) : new MessageToAllExcept(message, ensure, except), message.Length);

    /// <summary>Delivers a message to the connections in a room.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="message">The message.</param>
    /// <param name="ensure">Whether it must not be dropped.</param>
    /// <param name="except">Connections that do not get it. Null for none.</param>
    public void ToRoom(int roomId, EncodedPacket message, bool ensure, HashSet<SubKey>? except = null) => PostMessage(
        except is null ? new MessageToRoom(roomId, message, ensure) : new MessageToRoomExcept(roomId, message, ensure, except),
        message.Length);

    /// <summary>Delivers a message to some connections. Keys that are not here wait for the connects under way.</summary>
    public void ToKeys(SubKey[] keys, EncodedPacket message, bool ensure) =>
        PostForKeys(keys, new MessageToKeys(keys, message, ensure, Tickets.Last), message.Length);

    /// <summary>Changes some connections, in the order of the messages. For keys that are not here it waits as a message does.</summary>
    public void Change(SubKey[] keys, ConnectionChange change) =>
        PostForKeys(keys, new ChangeOfKeys(keys, change, Tickets.Last), ConnectionChange.Length);

    /// <summary>Kicks all connections that are here or being registered.</summary>
    public void KickAll(Farewell farewell) => kicks.Writer.TryWrite(new KickOfAll(farewell, Tickets.Last));

    /// <summary>Adds a connection under its key. The client gets the reply, then what was held for the key.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="key">Its sub key.</param>
    /// <param name="roomId">Its room; -1 for none.</param>
    /// <param name="ticket">The number of its connect. It ends, unless the key is taken.</param>
    /// <param name="reply">Op 8.</param>
    public Task<Added> AddAsync(Connection connection, SubKey key, int roomId, long ticket, EncodedPacket reply)
    {
        var work = new AddConnection(connection, key, roomId, ticket, reply);
        LaneOf(key.UserId).Post(work);
        return work.Completion;
    }

    /// <summary>Removes a connection that was added, and gives the key that it had. Null if it is removed already.</summary>
    public Task<SubKey?> RemoveAsync(Connection connection)
    {
        var work = new RemoveConnection(connection);
        LaneOf(connection.Key.UserId).Post(work);
        return work.Completion;
    }

    /// <summary>Whether a connection has a key.</summary>
    public Task<bool> HasAsync(SubKey key)
    {
        var work = new FindKey(key);
        LaneOf(key.UserId).Post(work);
        return work.Completion;
    }

    /// <summary>All connections whose connects have numbers in a range.</summary>
    public async Task<List<Registered>> ListAsync(long fromTicket = 0, long toTicket = long.MaxValue)
    {
        var lists = await Task.WhenAll(lanes.Select(lane =>
        {
            var work = new ListConnections(fromTicket, toTicket);
            lane.Post(work);
            return work.Completion;
        }));
        return [.. lists.SelectMany(static list => list)];
    }

    /// <summary>Gives connections the keys under which they were restored.</summary>
    public async Task<Confirmed> ConfirmAsync(IReadOnlyList<Registered> restored)
    {
        var confirmed = await Task.WhenAll(lanes.Select(lane =>
        {
            var work = new ConfirmRestored(restored);
            lane.Post(work);
            return work.Completion;
        }));
        return new Confirmed(
            [.. confirmed.SelectMany(static each => each.Ended)], [.. confirmed.SelectMany(static each => each.Moved)]);
    }

    public void Dispose() => Array.ForEach(lanes, static lane => lane.Dispose());

    private Lane LaneOf(long userId) => lanes[(uint)SeededHash.Of(userId) % (uint)lanes.Length];

    private void PostForKeys(SubKey[] keys, LaneWork work, int bytes)
    {
        if (keys is [var only])
        {
            LaneOf(only.UserId).PostMessage(work, bytes);
        }
        else
        {
            PostMessage(work, bytes);
        }
    }

    private void PostMessage(LaneWork message, int bytes)
    {
        foreach (var lane in lanes)
        {
            lane.PostMessage(message, bytes);
        }
    }
}
