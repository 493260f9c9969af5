using System.Text.Unicode;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>Registers connections at the facade and in the lanes, and removes them. Every member may be used by any thread.</summary>
internal sealed class Registrar(
    Connects connects, TokenChecks checks, Disconnects disconnects, Lanes lanes, RegistrationState state, CometCounters counters)
{
    /// <summary>
    /// Most keys that are asked for one connection. A node that has forgotten a user gives keys that other connections here have, until
    /// they are restored.
    /// </summary>
    private const int MaxKeys = 10;

    /// <summary>How long the renewal of a token is tried again while the facade is not available.</summary>
    private const int RenewMs = 30_000;

    private static readonly TimeSpan RenewDelay = TimeSpan.FromSeconds(1);

    private static readonly Farewell NotUtf8 = new(
        DisconnectCause.Refused, "the token is not UTF-8: expected a token in UTF-8", Reconnect: false);

    private static readonly Farewell OtherUser = new(
        DisconnectCause.Refused, "the token is of another user: expected one of the same user", Reconnect: false);

    /// <summary>A connection that may have missed messages, since too many were held.</summary>
    internal static Farewell HeldTooMuch { get; } = new(
        DisconnectCause.HeldTooMuch, "too many messages came while the connection was registered", Reconnect: true);

    /// <summary>Whether clients can be registered: the first heartbeat was answered.</summary>
    public bool IsReady => state.IsReady;

    /// <summary>Whether the facade has answered the last heartbeat with the epoch of at least one router node.</summary>
    public bool HasFacade => state.HasFacade;

    /// <summary>Whether the comet stops. New clients have to go elsewhere.</summary>
    public bool IsStopping => state.IsStopping;

    /// <summary>The comet server id.</summary>
    public int ServerId => state.ServerId;

    /// <summary>Registers a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="token">The client's token. It must not change until the task has completed.</param>
    /// <param name="reply">Op 8.</param>
    /// <returns>Null if it is registered; the client has got the reply then. Otherwise why it must be closed.</returns>
    public async Task<Farewell?> ConnectAsync(Connection connection, ReadOnlyMemory<byte> token, EncodedPacket reply)
    {
        if (!Utf8.IsValid(token.Span))
        {
            return NotUtf8;
        }

        var connect = new PendingConnect(connection, token);
        try
        {
            for (var i = 0; i < MaxKeys; i++)
            {
                var answer = await connects.AskAsync(connect);
                if (answer.Farewell is { } refused)
                {
                    return refused;
                }

                if (state.IsStopping || connect.HasLeft)
                {
                    await disconnects.AddUnusedAsync(answer.Key);
                    return state.IsStopping ? Farewell.Stopping : Farewell.Unavailable;
                }

                // A node that has forgotten the user may give a key again that is about to be deleted. A deletion that is under way may
                // leave the new session alone, so it is sent once more.
                if (disconnects.Contains(answer.Key))
                {
                    disconnects.Add(answer.Key);
                    continue;
                }

                connection.ExpiresAt = answer.ExpiresAt;
                SetRooms(connection, answer.Rooms);
                switch (await lanes.AddAsync(connection, answer.Key, answer.RoomId, connect.Ticket, reply))
                {
                    case Added.Yes:
                        counters.Registered();
                        return null;
                    case Added.HeldTooMuch:
                        await disconnects.AddUnusedAsync(answer.Key);
                        return HeldTooMuch;
                }
            }

            return Farewell.Unavailable;
        }
        finally
        {
            lanes.Tickets.End(connect.Ticket);
        }
    }

    /// <summary>Takes another token of a registered connection. If it is the same user's, it renews the expiry and the rooms.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="token">The token. It must not change until the task has completed.</param>
    /// <returns>Null if it is renewed. Otherwise why the connection must be closed.</returns>
    public async Task<Farewell?> RenewAsync(Connection connection, ReadOnlyMemory<byte> token)
    {
        if (!Utf8.IsValid(token.Span))
        {
            return NotUtf8;
        }

        var end = Math.Min(connection.ExpiresAt, Environment.TickCount64 + RenewMs);
        while (true)
        {
            var answer = await checks.AskAsync(token);
            if (answer.Farewell is null)
            {
                if (answer.UserId != connection.Key.UserId)
                {
                    return OtherUser;
                }

                connection.ExpiresAt = answer.ExpiresAt;
                SetRooms(connection, answer.Rooms);
                return null;
            }

            if (answer.Farewell != Farewell.Unavailable || connection.Outbox.IsClosing || Environment.TickCount64 >= end)
            {
                return answer.Farewell;
            }

            await Task.Delay(RenewDelay);
        }
    }

    /// <summary>A connection that was registered has ended: it is removed, and its session deleted.</summary>
    public async Task RemoveAsync(Connection connection)
    {
        // The drain has removed the connections that it has closed.
        if (await lanes.RemoveAsync(connection) is { } key)
        {
            disconnects.Add(key);
        }
    }

    private static void SetRooms(Connection connection, int[]? rooms)
    {
        if (rooms is { Length: > 0 })
        {
            (connection.RoomRights ??= new RoomRights()).Rooms = rooms;
        }
        else
        {
            connection.RoomRights?.Rooms = [];
        }
    }
}
