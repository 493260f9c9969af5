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

    /// <summary>Delivers a message to every connection.</summary>
    public void ToAll(EncodedPacket message, bool ensure) => PostMessage(new MessageToAll(message, ensure), message.Length);

    /// <summary>Delivers a message to the connections in a room.</summary>
    public void ToRoom(int roomId, EncodedPacket message, bool ensure) =>
        PostMessage(new MessageToRoom(roomId, message, ensure), message.Length);

    /// <summary>Delivers a message to some connections. Keys that are not here wait for the connects under way.</summary>
    public void ToKeys(SubKey[] keys, EncodedPacket message, bool ensure)
    {
        var work = new MessageToKeys(keys, message, ensure, Tickets.Last);
        if (keys is [var only])
        {
            LaneOf(only.UserId).PostMessage(work, message.Length);
        }
        else
        {
            PostMessage(work, message.Length);
        }
    }

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

    /// <summary>All connections whose connects began with this number or later.</summary>
    public async Task<List<Registered>> ListAsync(long fromTicket = 0)
    {
        var lists = await Task.WhenAll(lanes.Select(lane =>
        {
            var work = new ListConnections(fromTicket);
            lane.Post(work);
            return work.Completion;
        }));
        return [.. lists.SelectMany(static list => list)];
    }

    /// <summary>Gives connections the keys under which they were restored, and returns the keys whose connections have ended.</summary>
    public async Task<List<SubKey>> ConfirmAsync(IReadOnlyList<Registered> restored)
    {
        var ended = await Task.WhenAll(lanes.Select(lane =>
        {
            var work = new ConfirmRestored(restored);
            lane.Post(work);
            return work.Completion;
        }));
        return [.. ended.SelectMany(static keys => keys)];
    }

    public void Dispose() => Array.ForEach(lanes, static lane => lane.Dispose());

    private Lane LaneOf(long userId) => lanes[(uint)SeededHash.Of(userId) % (uint)lanes.Length];

    private void PostMessage(LaneWork message, int bytes)
    {
        foreach (var lane in lanes)
        {
            lane.PostMessage(message, bytes);
        }
    }
}
