using System.Globalization;
using System.Text.Json;
using Goim.Logic.Access;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Logic.Sessions;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Facade;

/// <summary>
/// The calls of RouterRPC that read, as JSON. Each method takes a body or a query and gives the <c>data</c> of the answer, UTF-8 JSON.
/// </summary>
public sealed class RouterReads(RouterClient router, SessionCounts counts)
{
    private const int DefaultPage = 1_000, MaxPage = 10_000;

    /// <summary><c>?uid=42</c> gives <c>{"userId":42,"sessions":[{"seq":1,"server":3}]}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> GetAsync(Entry entry, RawQuery query, CancellationToken cancellationToken)
    {
        const string NotKnown = "its sessions are not known.";
        if (!query.TryGetInt64("uid", out var userId, out var problem)
            || (problem = entry.TakeUsers(1, NotKnown)) is not null
            || !(await router.GetAsync(userId, NotKnown, cancellationToken)).Is(out var sessions, out problem))
        {
            return problem;
        }

        return UsersJson.OfOne(userId, sessions);
    }

    /// <summary>
    /// <c>{"userIds":[42,43]}</c> gives <c>{"users":[{"userId":42,"sessions":[…]},…]}</c> in the same order, each user once.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> MGetAsync(
        Entry entry, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonArrayBody.Parse(body, "userIds", RouterLimits.MaxUsers, """{"userIds":[42,43]}""").Is(out var entries, out var problem)
            || !entries.TryGetInt64s(out var userIds, out problem))
        {
            return problem;
        }

        const string NotKnown = "their sessions are not known.";
        var distinct = DistinctUsers.Of(userIds).Ids;
        if (entry.TakeUsers(distinct.Count, NotKnown) is { } tooMany)
        {
            return tooMany;
        }

        using var found = await router.FindAsync(distinct.ToArray(), UsersJson.MaxSessions, cancellationToken);
        if (found.Problem(NotKnown) is { } failed)
        {
            return failed;
        }

        var known = found.ByUser(cancellationToken);
        using var json = new UsersJson();
        foreach (var userId in distinct)
        {
            if (!json.TryAdd(userId, known[userId]))
            {
                return distinct.Count == 1
                    ? UsersJson.TooLarge(userId)
                    : new Problem(
                        ProblemKind.TooLarge,
                        $"userIds have more sessions than an answer holds ({UsersJson.MaxBytes} bytes): expected fewer users.");
            }
        }

        return json.End();
    }

    /// <summary>
    /// <c>?node=1&amp;after=&amp;limit=1000</c> gives <c>{"users":[…],"next":"1234"}</c>. At the end <c>next</c> is null. Where the
    /// answer would be too large, it has fewer users.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> GetAllAsync(RawQuery query, CancellationToken cancellationToken)
    {
        var after = long.MinValue;
        if (!string.IsNullOrEmpty(query["after"]) && !query.TryGetInt64("after", out after, out var problem))
        {
            return problem;
        }

        if (!query.TryGetInt32("limit", DefaultPage, 1, MaxPage, out var limit, out problem))
        {
            return problem;
        }

        if (!(await router.GetAllAsync(query["node"], after, limit, cancellationToken)).Is(out var page, out problem))
        {
            return problem;
        }

        using var json = new UsersJson();
        var count = 0;
        while (count < page.UserIds.Count && json.TryAdd(page.UserIds[count], new UserSessions(page.Sessions[count])))
        {
            count++;
        }

        return count > 0 ? json.End(page.UserIds[count - 1].ToString(CultureInfo.InvariantCulture))
            : page.UserIds.Count > 0 ? UsersJson.TooLarge(page.UserIds[0])
            : json.End(next: null);
    }

    /// <summary><c>{"counter":{"1":2}}</c>: sessions per room, over all nodes. At most 1 s old.</summary>
    public async Task<Outcome<CountAnswer>> AllRoomCountAsync(CancellationToken cancellationToken) =>
        (await counts.RoomsAsync(cancellationToken)).Is(out var totals, out var problem)
            ? await totals.CounterAsync(cancellationToken)
            : problem;

    /// <summary><c>{"counter":{"3":2}}</c>: sessions per comet server, over all nodes. At most 1 s old.</summary>
    public async Task<Outcome<CountAnswer>> AllServerCountAsync(CancellationToken cancellationToken) =>
        (await counts.ServersAsync(cancellationToken)).Is(out var totals, out var problem)
            ? await totals.CounterAsync(cancellationToken)
            : problem;

    /// <summary><c>{"nodes":[{"node":"1","ok":true}]}</c>, with a problem if a node does not answer.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> PingAsync(CancellationToken cancellationToken)
    {
        var nodes = await router.PingAsync(cancellationToken);
        ReadOnlyMemory<byte> data = JsonSerializer.SerializeToUtf8Bytes(
            new { Nodes = nodes.Select(node => new { node.Node, node.Ok }) }, JsonSerializerOptions.Web);
        var down = nodes.Where(node => !node.Ok).Select(node => new NodeFailure(node.Node, StatusCode.Unavailable)).ToArray();
        return down.Length == 0 ? data : NodeFailure.Problem(down, "not all users can be reached.") with { Data = data };
    }
}
