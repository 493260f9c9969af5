using System.Runtime.InteropServices;
using Goim.Comet.Delivery;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>
/// Restores the sessions of all connections after a router node has forgotten some: first those of the connections that are here, then
/// those of the connects that were under way when it was noticed.
/// </summary>
internal sealed class Restore(
    Lanes lanes,
    FacadeClient facade,
    Disconnects disconnects,
    RecentKeys recent,
    RegistrationState state,
    RestoredRooms rooms,
    ILogger logger)
{
    /// <summary>Most entries of a call: the facade's limit.</summary>
    private const int MaxPuts = 10_000;

    private const string Route = "/1/router/mput";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    // The connects that were under way at the beginning have these numbers, or have ended.
    private readonly long oldest = lanes.Tickets.OldestOpen, last = lanes.Tickets.Last;
    private List<Registered>? left;
    private bool hasListedConnects;

    /// <summary>Goes on with it. False if something is left, and it has to be called again.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (left is null)
        {
            await rooms.CatchUpAsync(cancellationToken);
            left = await lanes.ListAsync();
            logger.Restoring(left.Count);
        }

        left = await PutAsync(left, cancellationToken);
        if (left.Count > 0)
        {
            return false;
        }

        if (!hasListedConnects && oldest <= last)
        {
            if (lanes.Tickets.OldestOpen <= last)
            {
                return false;
            }

            hasListedConnects = true;
            left = await PutAsync(await lanes.ListAsync(fromTicket: oldest), cancellationToken);
        }

        return left.Count == 0 && await rooms.CorrectAsync();
    }

    // Returns the connections whose sessions are not put.
    private async Task<List<Registered>> PutAsync(List<Registered> connections, CancellationToken cancellationToken)
    {
        var failed = new List<Registered>();
        for (var start = 0; start < connections.Count; start += MaxPuts)
        {
            var part = connections.GetRange(start, Math.Min(MaxPuts, connections.Count - start));
            if (!await TryPutAsync(part, failed, cancellationToken))
            {
                failed.AddRange(connections.Skip(start));
                break;
            }
        }

        return failed;
    }

    // False if the facade has not said what has become of each.
    private async Task<bool> TryPutAsync(List<Registered> part, List<Registered> failed, CancellationToken cancellationToken)
    {
        // What is pushed to a new key before its connection has it is held, as for a connect.
        var ticket = lanes.Tickets.Begin();
        try
        {
            var body = FacadeBodies.MPut(state.ServerId, CollectionsMarshal.AsSpan(part));
            var reply = await facade.PostAsync(Route, body, FacadeJson.Default.FacadeAnswerMPutData, CallTimeout, cancellationToken);
            if (reply.Data?.Keys is not { } keys || keys.Length != part.Count)
            {
                return false;
            }

            await ConfirmAsync(part, keys, failed, ticket);
            return true;
        }
        finally
        {
            lanes.Tickets.End(ticket);
        }
    }

    private async Task ConfirmAsync(List<Registered> part, string?[] keys, List<Registered> failed, long ticket)
    {
        var restored = new List<Registered>(part.Count);
        var renamed = new List<Connection>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (!SubKey.TryParse(keys[i], out var key))
            {
                failed.Add(part[i]);
                continue;
            }

            if (key != part[i].Key)
            {
                // The old key is another comet server's now, so it must not be disconnected if records for it still come.
                recent.Add(part[i].Key);
                renamed.Add(part[i].Connection);
            }

            restored.Add(part[i] with { Key = key });
        }

        var confirmed = await lanes.ConfirmAsync(restored);
        rooms.Add(confirmed.Moved);
        foreach (var ended in confirmed.Ended)
        {
            disconnects.Add(ended);
        }

        if (lanes.Tickets.HasOverflowed(ticket))
        {
            renamed.ForEach(static connection => connection.Close(Registrar.HeldTooMuch));
        }
    }
}
