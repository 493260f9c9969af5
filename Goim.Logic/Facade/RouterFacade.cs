using System.Globalization;
using System.Text.Json;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Logic.Sessions;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Facade;

/// <summary>
/// RouterRPC as JSON, for comets. Each method takes a body or a query and gives the <c>data</c> of the answer, UTF-8 JSON.
/// </summary>
/// <remarks>In goim, comets call logic by RPC (logic/rpc.go), and logic calls the routers (logic/router.go).</remarks>
public sealed class RouterFacade(
    RouterClient router,
    Registrations registrations,
    SessionRestore restore,
    SessionCounts counts,
    Deletions deletions)
{
    private const int DefaultPage = 1_000, MaxPage = 10_000;

    /// <summary>Most bytes of the body of a call for one session.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Most bytes of the body of a call for many: more than 400 for each entry. The longest entry of an mput has 121.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary><c>{"userId":42,"server":3,"roomId":1}</c> gives <c>{"seq":1,"key":"42_1"}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> PutAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!PutBody.ReadPut(body).Is(out var put, out var problem)
            || !(await registrations.PutAsync(put, "the session is not put.", cancellationToken)).Is(out var reply, out problem))
        {
            return problem;
        }

        return Json(new { reply.Seq, Key = new SubKey(put.UserId, reply.Seq).ToString() });
    }

    /// <summary>
    /// <c>{"puts":[{"key":"42_7","server":3},{"userId":43,"server":3}]}</c> gives <c>{"keys":["42_7","43_1"]}</c>, or with a problem
    /// <c>{"keys":["42_7",null],"failed":[1]}</c>.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> MPutAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!PutBody.ReadMPut(body).Is(out var puts, out var problem))
        {
            return problem;
        }

        var restored = await restore.MPutAsync(puts, cancellationToken);
        var keys = puts.Select((put, i) => restored.Seqs[i] > 0 ? new SubKey(put.UserId, restored.Seqs[i]).ToString() : null);
        if (restored.Problem is null)
        {
            return Json(new { Keys = keys });
        }

        var failed = Enumerable.Range(0, puts.Length).Where(i => restored.Seqs[i] == 0);
        return restored.Problem with { Data = Json(new { Keys = keys, Failed = failed }) };
    }

    /// <summary><c>{"userId":42,"seq":1}</c> gives <c>{"has":true}</c>, or <c>{"journalled":true}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> DelAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"userId":42,"seq":1}""").Is(out var members, out var problem)
            || !members.TryGetInt64("userId", out var userId, out problem)
            || !members.TryGetInt32("seq", out var seq, out problem)
            || !(await deletions.DelAsync(new SubKey(userId, seq), cancellationToken)).Is(out var deletion, out problem))
        {
            return problem;
        }

        return deletion.SessionData();
    }

    /// <summary><c>{"server":3}</c> gives <c>{}</c>, or <c>{"journalled":["2"]}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> DelServerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonBody.Parse(body, """{"server":3}""").Is(out var members, out var problem)
            || !members.TryGetInt32("server", out var server, out problem)
            || !(await deletions.DelServerAsync(server, cancellationToken)).Is(out var deletion, out problem))
        {
            return problem;
        }

        return deletion.ServerData();
    }

    /// <summary><c>?uid=42</c> gives <c>{"userId":42,"sessions":[{"seq":1,"server":3}]}</c>.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> GetAsync(RawQuery query, CancellationToken cancellationToken)
    {
        if (!query.TryGetInt64("uid", out var userId, out var problem)
            || !(await router.GetAsync(userId, "its sessions are not known.", cancellationToken)).Is(out var sessions, out problem))
        {
            return problem;
        }

        return UsersJson.OfOne(userId, sessions);
    }

    /// <summary>
    /// <c>{"userIds":[42,43]}</c> gives <c>{"users":[{"userId":42,"sessions":[…]},…]}</c> in the same order, each user once.
    /// </summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> MGetAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!JsonArrayBody.Parse(body, "userIds", RouterLimits.MaxUsers, """{"userIds":[42,43]}""").Is(out var entries, out var problem)
            || !entries.TryGetInt64s(out var userIds, out problem))
        {
            return problem;
        }

        var distinct = DistinctUsers.Of(userIds).Ids;
        using var found = await router.FindAsync(distinct.ToArray(), UsersJson.MaxSessions, cancellationToken);
        if (found.Problem("their sessions are not known.") is { } failed)
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
        var (after, limit) = (long.MinValue, DefaultPage);
        if (!string.IsNullOrEmpty(query["after"]) && !query.TryGetInt64("after", out after, out var problem))
        {
            return problem;
        }

        if (!string.IsNullOrEmpty(query["limit"]) && !query.TryGetInt32("limit", out limit, out problem))
        {
            return problem;
        }

        if (limit is < 1 or > MaxPage)
        {
            return new Problem(ProblemKind.BadInput, $"limit is '{limit}': expected a whole number from 1 to {MaxPage}.");
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
        var data = Json(new { Nodes = nodes.Select(node => new { node.Node, node.Ok }) });
        var down = nodes.Where(node => !node.Ok).Select(node => new NodeFailure(node.Node, StatusCode.Unavailable)).ToArray();
        return down.Length == 0 ? data : NodeFailure.Problem(down, "not all users can be reached.") with { Data = data };
    }

    private static ReadOnlyMemory<byte> Json<T>(T data) => JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web);
}
