using Goim.Comet.Counters;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>One client's connection, and where it is registered.</summary>
/// <param name="outlet">The way to the client.</param>
/// <param name="isWebSocket">Whether packets are in WebSocket messages.</param>
/// <param name="limits">The limits of the queue.</param>
/// <param name="counters">Counts deliveries, drops and bytes.</param>
internal sealed class Connection(Outlet outlet, bool isWebSocket, OutboxLimits limits, CometCounters counters)
{
    /// <summary>How long a client has to close the connection after op 6.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private long lastReceived = Environment.TickCount64;
    private long expiresAt = long.MaxValue;
    private int cause = (int)DisconnectCause.Client;

    /// <summary>What is sent to the client.</summary>
    public Outbox Outbox { get; } = new(outlet, isWebSocket, limits, counters);

    /// <summary>The sub key. The lane of the user sets it, and a restore may change it.</summary>
    public SubKey Key { get; set; }

    /// <summary>The room that it joined last; -1 for none. The lane of the user sets it.</summary>
    public int RoomId { get; set; }

    /// <summary>The rooms that it joined before and has not left. Null for none. The lane's <see cref="RoomTable"/> sets it.</summary>
    public List<RoomPlace>? EarlierRooms { get; set; }

    /// <summary>The rooms that its client may change to. Null if the token names none.</summary>
    public RoomRights? RoomRights { get; set; }

    /// <summary>The ticket of the connect that registered it. The lane of the user sets it.</summary>
    public long Ticket { get; set; }

    /// <summary>Place among the lane's connections; -1 if it is not registered. The lane's <see cref="ConnectionTable"/> sets it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>Place in the room that it joined last. The lane's <see cref="RoomTable"/> sets it.</summary>
    public int PlaceInRoom { get; set; }

    /// <summary>Is told when the connection is closed, before the client has closed its side too. Null for nobody.</summary>
    public IConnectionOwner? Owner { get; set; }

    /// <summary>When something came from the client last, by Environment.TickCount64.</summary>
    public long LastReceived
    {
        get => Volatile.Read(ref lastReceived);
        set => Volatile.Write(ref lastReceived, value);
    }

    /// <summary>Something has come from the client.</summary>
    /// <param name="bytes">How much.</param>
    public void Received(long bytes) => counters.Received(bytes);

    /// <summary>When the lane has pinged the client last. Only the lane's thread uses it.</summary>
    public long LastPinged { get; set; }

    /// <summary>When the client's token expires, by Environment.TickCount64. The largest number if it does not.</summary>
    public long ExpiresAt
    {
        get => Volatile.Read(ref expiresAt);
        set => Volatile.Write(ref expiresAt, value);
    }

    /// <summary>Why the connection ends. The client, until it is closed.</summary>
    public DisconnectCause Cause => (DisconnectCause)Volatile.Read(ref cause);

    /// <summary>Says why in op 6, then closes the connection. Does nothing if it is closing already.</summary>
    public void Close(Farewell farewell)
    {
        if (Outbox.Close(farewell.Packet, dropQueued: farewell.Cause == DisconnectCause.TooSlow))
        {
            Volatile.Write(ref cause, (int)farewell.Cause);
            _ = EndLaterAsync();
            Owner?.Closed();
        }
    }

    /// <summary>The client leaves. What waits is dropped, and a WebSocket is closed.</summary>
    public void Leave() => Outbox.Close(null, dropQueued: true);

    /// <summary>Ends the connection at once, without a word.</summary>
    /// <param name="because">Why, if it was not closed before.</param>
    public void Abort(DisconnectCause because)
    {
        End(because);
        outlet.Abort();
    }

    /// <summary>The connection has ended. What waits is dropped.</summary>
    /// <param name="because">Why, if it was not closed before.</param>
    public void End(DisconnectCause because)
    {
        if (!Outbox.IsClosing)
        {
            Volatile.Write(ref cause, (int)because);
        }

        Outbox.End();
    }

    // The client has some time to close its side, and all the time that it needs to take what waits.
    private async Task EndLaterAsync()
    {
        do
        {
            await Task.Delay(Linger);
        }
        while (Outbox.HasUnsent && !Outbox.IsStalled(Environment.TickCount64));

        if (Outbox.HasUnsent)
        {
            Outbox.End();
            outlet.Abort();
        }
        else
        {
            outlet.EndReading();
        }
    }
}
