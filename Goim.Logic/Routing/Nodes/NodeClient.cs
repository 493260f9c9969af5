using Goim.Logic.Telemetry;
using Goim.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

/// <summary>One router node, by name. It has one address, or several over a shared store.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly NodeAddress[] addresses;
    private readonly Failover failover;

    /// <param name="index">Place of the node among all nodes.</param>
    /// <param name="name">Name of the node.</param>
    /// <param name="setting">Its address, or several separated by commas.</param>
    /// <param name="options">How nodes are called.</param>
    /// <param name="metrics">Counts the calls.</param>
    /// <param name="agreement">Of the stores of all nodes.</param>
    /// <param name="logger">Takes failures.</param>
    public NodeClient(
        int index,
        string name,
        string setting,
        RouterOptions options,
        GoimMetrics metrics,
        StoreAgreement agreement,
        ILogger logger)
    {
        Index = index;
        Name = name;
        var uris = RouterOptions.Addresses(setting).Select(address => new Uri(address)).ToArray();
        var log = new NodeLog(name, logger);
        addresses = [.. uris.Select(uri => new NodeAddress(log, uri, mustBeShared: uris.Length > 1, options, metrics, agreement))];
        failover = new Failover(name, addresses, options.CallTimeout);
    }

    public int Index { get; }

    public string Name { get; }

    /// <summary>
    /// <c>up</c>, <c>down</c>, <c>refused</c> if the node does not accept the app's token, or <c>idle</c> before the first call.
    /// </summary>
    public string State =>
        Array.Exists(addresses, static address => address.IsUp) ? "up"
        : Array.Exists(addresses, static address => address.IsRefused) ? "refused"
        : Array.TrueForAll(addresses, static address => address.IsDown) ? "down"
        : "idle";

    /// <summary>Whether other nodes see the same sessions. Null until the node has answered.</summary>
    public bool? IsShared => failover.IsShared;

    /// <summary>How far the node's clock is ahead of ours, in ms: the largest difference among its addresses.</summary>
    public long SkewMs => addresses.MaxBy(address => Math.Abs(address.SkewMs))!.SkewMs;

    /// <summary>Names the nodes that can answer for this one if they share its store, in the order in which they are asked.</summary>
    public void SetOthers(IEnumerable<NodeClient> others) => failover.Others = [.. others.SelectMany(other => other.addresses)];

    /// <summary>Makes a call at this node, or at another one that shares its store if this one does not answer.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public Task<NodeReply<TReply>> CallAsync<TArg, TReply>(RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class => failover.CallAsync(call, arg, cancellationToken);

    /// <summary>
    /// Makes a deletion. A caller who leaves cancels the call, not the deletion: the node then counts as one that has not confirmed it.
    /// </summary>
    public async Task<NodeReply<TReply>> DeleteAsync<TArg, TReply>(
        RouterCall<TArg, TReply> call, TArg arg, CancellationToken cancellationToken)
        where TReply : class
    {
        try
        {
            return await CallAsync(call, arg, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return NodeReply<TReply>.Failed(Name, StatusCode.Cancelled);
        }
    }

    /// <summary>
    /// Asks for the sessions of many users. An answer that is not well-formed is a failure (<see cref="StatusCode.DataLoss"/>).
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<PackedMGetReply>> MGetAsync(PackedMGetArg arg, CancellationToken cancellationToken)
    {
        var answer = await failover.CallAsync(RouterCalls.PackedMGet, arg, cancellationToken);
        return answer.Reply is { } reply && !PackedReply.IsWellFormed(arg.UserIds.Count, reply)
            ? NodeReply<PackedMGetReply>.Failed(Name, StatusCode.DataLoss)
            : answer;
    }

    /// <summary>Asks for counts. An answer that is not well-formed is a failure (<see cref="StatusCode.DataLoss"/>).</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<PackedCountReply>> CountAsync(
        RouterCall<NoArg, PackedCountReply> count, CancellationToken cancellationToken)
    {
        var answer = await failover.CallAsync(count, new NoArg(), cancellationToken);
        return answer.Reply is { } reply && !PackedReply.IsWellFormed(reply)
            ? NodeReply<PackedCountReply>.Failed(Name, StatusCode.DataLoss)
            : answer;
    }

    /// <summary>
    /// Asks for users with a session in a room. An answer that is not well-formed is a failure (<see cref="StatusCode.DataLoss"/>).
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<NodeReply<RoomUsersReply>> RoomUsersAsync(RoomUsersArg arg, CancellationToken cancellationToken)
    {
        var answer = await failover.CallAsync(RouterCalls.RoomUsers, arg, cancellationToken);
        return answer.Reply is { } reply && !PackedReply.IsWellFormed(reply)
            ? NodeReply<RoomUsersReply>.Failed(Name, StatusCode.DataLoss)
            : answer;
    }

    /// <summary>The answer of this node itself to a ping, at the first of its addresses that answers. Null if none does.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<PingAnswer?> PingAsync(CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            if (await address.PingAsync(cancellationToken) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    public void Dispose() => Array.ForEach(addresses, static address => address.Dispose());
}
