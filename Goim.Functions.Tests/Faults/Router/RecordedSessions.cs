using System.Collections.Concurrent;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>The sessions that answered calls have put and deleted, to compare with those that a node has.</summary>
/// <param name="users">The sessions' users.</param>
internal sealed class RecordedSessions(IReadOnlyList<long> users)
{
    private readonly ConcurrentDictionary<(long User, int Seq), Recorded> known = new();

    public int Count => known.Count;

    /// <summary>Number of sessions that were deleted.</summary>
    public int Deleted => known.Values.Count(session => session.IsDeleted);

    /// <summary>False if there has been such a session.</summary>
    public bool Add((long User, int Seq) key, int server, int room) =>
        known.TryAdd(key, new Recorded(server, room, IsDeleted: false));

    /// <summary>The session's comet server.</summary>
    public int ServerOf((long User, int Seq) key) => known[key].Server;

    public void Move((long User, int Seq) key, int room) => known[key] = known[key] with { Room = room };

    public void Delete((long User, int Seq) key) => known[key] = known[key] with { IsDeleted = true };

    /// <summary>The numbers of puts that are lost, of deleted sessions that are there, and of sessions that nobody put.</summary>
    public async Task<(int Lost, int Back, int Unknown)> CompareAsync(RouterRPC.RouterRPCClient node)
    {
        var found = await FoundAsync(node);
        return (
            known.Count(session => !session.Value.IsDeleted && !found.ContainsKey(session.Key)),
            known.Count(session => session.Value.IsDeleted && found.ContainsKey(session.Key)),
            found.Keys.Count(key => !known.ContainsKey(key)));
    }

    /// <summary>The counts are those of the sessions that are there.</summary>
    public async Task AssertCountsAsync(RouterRPC.RouterRPCClient node)
    {
        var found = await FoundAsync(node);
        Assert.Equal(Counts(found.Values), (await node.AllServerCountAsync(new NoArg())).Counter.ToDictionary());
        Assert.Equal(Counts(found.Keys.Select(key => known[key].Room)), (await node.AllRoomCountAsync(new NoArg())).Counter.ToDictionary());
        Assert.Equal(found.Count, (await node.CountAsync(new NoArg())).Count);
    }

    /// <summary>The comet servers of the users' sessions, by session.</summary>
    public async Task<IReadOnlyDictionary<(long User, int Seq), int>> FoundAsync(RouterRPC.RouterRPCClient node)
    {
        var reply = await node.MGetAsync(new MGetArg { UserIds = { users } });
        return reply.UserIds.Zip(reply.Sessions)
            .SelectMany(user => user.Second.Seqs.Zip(user.Second.Servers).Select(session => (User: user.First, Session: session)))
            .ToDictionary(pair => (pair.User, pair.Session.First), pair => pair.Session.Second);
    }

    private static Dictionary<int, int> Counts(IEnumerable<int> ids) =>
        ids.GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());

    private sealed record Recorded(int Server, int Room, bool IsDeleted);
}
